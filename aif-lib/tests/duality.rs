//! The Dual Perspective is the directory listing: `rl/` and `aif/` answer the same questions under the same names.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The questions, in the order of the tables in both `mod.rs` files.
const QUESTIONS: [&str; 7] =
    ["model", "perceive", "evaluate", "plan", "select", "learn", "agent"];

/// Continuous time asks all questions at once: each side has one folder for it, under the name its tradition uses.
const CONTINUOUS: [&str; 2] = ["control", "continuous"];

/// The slow clock has a name of its own on each side: an option is the agent's choice, a context is the world's.
const SLOW: [(&str, &str); 2] = [("rl", "options"), ("aif", "hierarchical")];

fn source(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn names(folder: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder);
    let entries =
        fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    entries
        .map(|entry| {
            entry
                .expect("a readable folder")
                .file_name()
                .to_string_lossy()
                .replace(".rs", "")
        })
        .filter(|name| name != "mod")
        .collect()
}

#[test]
fn both_folders_hold_the_same_questions() {
    let questions: BTreeSet<String> = QUESTIONS.map(String::from).into();
    for ((folder, slow), continuous) in SLOW.into_iter().zip(CONTINUOUS) {
        let mut answers = names(folder);
        for own in [slow, continuous] {
            assert!(answers.remove(own), "{folder}/ has no {own}");
        }
        // Networks have no questions of their own: `deep` answers those of the table again.
        answers.remove("deep");
        assert_eq!(answers, questions, "{folder}/");
    }
    for (file, dual) in [
        ("rl/control/mod.rs", "[`crate::aif::continuous`]"),
        ("aif/continuous/mod.rs", "[`crate::rl::control`]"),
        ("rl/options.rs", "[`crate::aif::hierarchical`]"),
        ("aif/hierarchical.rs", "[`crate::rl::options`]"),
    ] {
        assert!(source(file).contains(dual), "{file}");
    }
}

#[test]
fn every_file_links_its_dual_before_its_first_item() {
    for (folder, other) in [("rl", "aif"), ("aif", "rl")] {
        for question in QUESTIONS {
            let file = if question == "learn" {
                "learn/mod.rs".into()
            } else {
                format!("{question}.rs")
            };
            let text = source(&format!("{folder}/{file}"));
            let head: String =
                text.lines().take_while(|line| line.starts_with("//!")).collect();
            assert!(
                head.contains(&format!("[`crate::{other}::{question}`]")),
                "{folder}/{file} has no link to its dual"
            );
        }
    }
}

#[test]
fn no_module_is_empty() {
    for folder in ["rl", "aif"] {
        for question in QUESTIONS.iter().filter(|question| **question != "learn") {
            let text = source(&format!("{folder}/{question}.rs"));
            assert!(
                ["pub fn ", "pub struct ", "pub use "]
                    .iter()
                    .any(|item| text.contains(item)),
                "{folder}/{question}.rs holds nothing"
            );
        }
        assert!(
            !names(&format!("{folder}/learn")).is_empty(),
            "{folder}/learn holds nothing"
        );
    }
}

/// What stands on one side alone, and why the other has no such file.
const ONE_SIDED: [(&str, &str); 24] = [
    ("rl/agent/fixed_policy.rs", "follows a plan; an agent of aif plans anew"),
    ("rl/agent/life.rs", "what the agents of rl share; aif has one general agent"),
    ("rl/agent/schedule.rs", "rates that fall; in aif counts make learning slower"),
    ("rl/model/builder.rs", "how a task is put together; so is aif/model/builder.rs"),
    ("rl/perceive/place_cells.rs", "features for a value; aif has a belief over places"),
    ("rl/perceive/remembered.rs", "a memory in place of a belief: aif filters instead"),
    (
        "rl/plan/policy_iteration.rs",
        "needs values without a last step; aif sums G to a horizon",
    ),
    ("aif/agent/compare.rs", "Bayes' rule over agents, needs a likelihood of behaviour"),
    ("aif/agent/memory.rs", "an agent that infers keeps what it saw; rl keeps values"),
    ("aif/agent/options.rs", "the settings of the one general agent"),
    ("aif/learn/align.rs", "hidden states have no names; in rl they are seen"),
    ("aif/learn/likelihood_counts.rs", "learns A; in rl the state is given"),
    ("aif/learn/model_reduction.rs", "compares models by evidence; rl learns none here"),
    ("aif/learn/parameters.rs", "counts over A, B, D and E together; rl has no A and no D"),
    ("aif/learn/prior_counts.rs", "learns D; in rl the start is given"),
    ("aif/learn/transition_counts.rs", "counts a move that is believed, not seen"),
    (
        "aif/learn/variational.rs",
        "a belief about tables and states at once; rl keeps values",
    ),
    ("aif/model/builder.rs", "how a model is put together; so is rl/model/builder.rs"),
    ("aif/model/changed.rs", "a model with other habits, wishes or precision"),
    ("aif/model/check.rs", "what a written-out model must be"),
    ("aif/model/joint.rs", "one outcome of several senses; rl sees one state"),
    ("aif/model/names.rs", "names of factors and senses; rl has one of each"),
    ("aif/plan/closed_loop.rs", "the dual stands in the file above: rl/plan.rs"),
    ("aif/plan/open_loop.rs", "fixed plans score beliefs; rl's policies see the state"),
];

#[test]
fn every_file_names_its_dual_or_the_reason_why_it_has_none() {
    let mut alone = Vec::new();
    for (folder, other) in [("rl", "aif"), ("aif", "rl")] {
        for question in QUESTIONS.iter().filter(|q| {
            Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(folder).join(q).is_dir()
        }) {
            let inside = format!("{folder}/{question}");
            for name in names(&inside) {
                let file = format!("{inside}/{name}.rs");
                let text = source(&file);
                let head: String =
                    text.lines().take_while(|line| line.starts_with("//!")).collect();
                // Common ground is as good as the other side.
                let links = [format!("`crate::{other}::"), "`crate::prob::".to_string()];
                if !links.iter().any(|link| head.contains(link)) {
                    alone.push(file);
                }
            }
        }
    }
    alone.sort();
    let mut told: Vec<String> =
        ONE_SIDED.iter().map(|(file, _)| file.to_string()).collect();
    told.sort();
    assert_eq!(
        alone, told,
        "left: files whose head links to no dual; right: ONE_SIDED, which gives each a reason"
    );
}

/// What a reader who knows pymdp 1.0, ActiveInference.jl or SPM will search for.
const THEIR_NAMES: [&str; 28] = [
    "A_dependencies",
    "B_dependencies",
    "categorical_obs",
    "compute_expected_utility",
    "compute_info_gain",
    "construct_policies",
    "infer_parameters",
    "infer_policies",
    "infer_states",
    "inference_algo",
    "inference_horizon",
    "init_aif",
    "learn_A",
    "learn_B",
    "learn_D",
    "learn_E",
    "mmp",
    "multiaction_probabilities",
    "neg_efe",
    "num_controls",
    "pA",
    "policy_len",
    "sample_action",
    "si_policy_search",
    "smoothing_ovf",
    "spm_MDP_VB_X",
    "update_empirical_prior",
    "vmp",
];

#[test]
fn the_names_of_other_toolboxes_lead_here() {
    fn all(folder: &Path, text: &mut String) {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                all(&path, text);
            } else {
                text.push_str(&fs::read_to_string(path).expect("a readable file"));
            }
        }
    }
    let mut text = String::new();
    all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/aif"), &mut text);
    let lost = |name: &&&str| !text.contains(&format!("#[doc(alias = \"{name}\")]"));
    let lost: Vec<&&str> = THEIR_NAMES.iter().filter(lost).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
