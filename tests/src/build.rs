//! `course build`: one text source a module, two notebooks from it.
//!
//! `solutions/NN_name.md` is what people write. From it come `solutions/NN_name.ipynb` (complete) and
//! `notebooks/NN_name.ipynb` (answers replaced by `todo!`), both without outputs. The same source always
//! gives the same bytes.
//!
//! # The source
//! A source is a MyST text notebook, in the part of that format described here; jupytext reads it to the
//! same cells.
//!
//! ````text
//! ---
//! title: Your first active inference agent      required, as are the next four
//! part: 3                                       a number or a name
//! minutes: 90                                   a whole number
//! prerequisites: [08_generative_models_fep]     modules of the course; may be []
//! objectives:                                   at least one
//!   - Build a T-maze by hand
//! ---                                           `kernelspec` and `jupytext` keys are allowed, and ignored
//!
//! # Markdown, up to the next code cell
//!
//! +++ {"slideshow": {"slide_type": "slide"}}
//!
//! `+++` begins a new markdown cell; a JSON object after it becomes the cell's metadata.
//!
//! ```{code-cell} rust
//! :tags: [exercise, "exercise:9.2"]
//! :timeout: 30
//!
//! fn predict(b: &Array2<f64>, q: &[f64]) -> Vec<f64> {
//!     // BEGIN SOLUTION
//!     b.dot(&ArrayView1::from(q)).to_vec()
//!     // END SOLUTION
//! }
//! ```
//! ````
//!
//! - Fences (three or more backticks or tildes, a longer one around text that holds a shorter one) and
//!   `+++` stand at the margin after an empty line. Only `{code-cell} rust` fences become code cells.
//! - Options of a cell are `:tags:` and `:timeout:` (seconds) lines, or the same two keys in a block
//!   between `---` lines. Code that begins with `:` needs an empty line before it, or it would be read as
//!   an option. One empty line after the options, or at the start, is dropped.
//! - The first code cell is the `:dep aif-lib` line alone (extra `features` are allowed), the second is
//!   `use aif_lib::prelude::*;` alone. A code cell has at most 25 lines that are not blank.
//! - Tags: `claim`, `quiz`, `slow`, `expect-error`; an exercise has `exercise` and `exercise:9.2`, its
//!   check `check` and `check:9.2`, where 9 is the module's number. Markdown cells have no tags.
//! - An exercise is a function: in it, the lines from `// BEGIN SOLUTION` to `// END SOLUTION` become
//!   `todo!("Exercise 9.2")` at the indentation of the first. After it, before the next exercise, stand
//!   at least three `<details>` whose `<summary>` begins with "Hint"; later on, the check with its number.
//! - `**Words introduced here**` stands before a table `| term | meaning |`. From these tables of all modules
//!   comes the glossary, `A1_glossary.ipynb`.
//! - A fence ```` ```{include} ../aif-lib/src/notation.md ````, closed on the next line, stands for the text of that file. What
//!   a module includes is in the glossary, too.
//! - A source whose name begins with `A0` is a page, without code. Its `{readings}` are filled from the modules' lists (see
//!   `reading_map`).
//! - The condition of a claim rests on something computed (see `claims`), and a name with a year is in the list under
//!   `## Further reading`, as what is in that list is named in the text (see `reading`).

mod claims;
mod glossary;
mod include;
mod kept;
mod module;
mod notebook;
mod reading;
mod reading_map;
mod source;

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use module::Module;

use crate::modules::{Edition, choose, stems};

/// Whether these notebooks are all words, without a cell to run: the reading map and the glossary.
pub fn is_page(stem: &str) -> bool {
    [reading_map::STEM, glossary::STEM].contains(&stem)
}

/// Builds the notebooks from their sources.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Write nothing; fail if a notebook on disk differs from what its source gives
    #[arg(long)]
    check: bool,
    /// List what is worth a look, such as a number in a claim that its cell does not hold
    #[arg(long)]
    warnings: bool,
    /// Modules to build, such as `9` or `09_first_aif_agent`; all if none is named
    modules: Vec<String>,
}

/// Something wrong in a source: where, what, and how to mend it.
#[derive(Debug)]
struct Problem {
    line: usize,
    text: String,
}

impl Problem {
    fn new(line: usize, text: impl Into<String>) -> Self {
        Self { line, text: text.into() }
    }
}

/// What the sources of the course are called, in order: a prerequisite is one of these or exists already.
const MODULES: [&str; 18] = [
    "00_prerequisites",
    "01_behaving_animal",
    "02_bellman_and_value",
    "03_td_learning",
    "04_exploration_exploitation",
    "05_model_based_rl",
    "06_policy_gradients",
    "07_deep_rl",
    "08_generative_models_fep",
    "09_first_aif_agent",
    "10_efe_decomposition",
    "11_learning_generative_models",
    "12_deep_aif",
    "13_rosetta_stone",
    "14_scaling",
    "15_hierarchical_aif",
    "16_multiagent_commons",
    "17_embodied_aif",
];

/// Builds the course in the folder `root` and says whether that went well. Every problem goes to stderr;
/// nothing is written if there is one.
pub fn run(root: &Path, args: &Args) -> bool {
    match build(root, args) {
        Ok(()) => true,
        Err(problems) => {
            for problem in &problems {
                eprintln!("{problem}");
            }
            let s = if problems.len() == 1 { "" } else { "s" };
            eprintln!("course build: {} problem{s}, nothing was written", problems.len());
            false
        }
    }
}

fn build(root: &Path, args: &Args) -> Result<(), Vec<String>> {
    let known = sources(root).map_err(one)?;
    let chosen = choose(&known, &args.modules).map_err(one)?;

    let mut built = Vec::new();
    let (mut problems, mut warnings) = (Vec::new(), Vec::new());
    // The glossary takes words from every module, whichever were chosen, and the reading map takes works.
    let map =
        known.iter().filter(|stem| *stem == reading_map::STEM && !chosen.contains(stem));
    for stem in chosen.iter().chain(map) {
        match build_module(root, stem, &known, &mut warnings) {
            Ok(notebooks) => built.extend(notebooks),
            Err(found) => problems.extend(found),
        }
    }
    let glossary = glossary::build(root, &known).unwrap_or_else(|found| {
        problems.extend(found);
        Vec::new()
    });
    if args.check {
        problems.extend(built.iter().chain(&glossary).filter_map(Built::drift));
        if args.modules.is_empty() {
            let made = glossary.first().map(|_| glossary::STEM.to_string());
            problems.extend(strays(
                root,
                &known.iter().cloned().chain(made).collect::<Vec<_>>(),
            ));
        }
    }
    built.extend(glossary);
    if !problems.is_empty() {
        return Err(problems);
    }
    if args.warnings {
        warnings.iter().for_each(|warning| println!("{warning}"));
    }
    for notebook in &built {
        let state =
            if args.check { "up to date" } else { notebook.write().map_err(one)? };
        println!("{} ({}): {state}", notebook.name, notebook.summary);
    }
    Ok(())
}

fn one(problem: String) -> Vec<String> {
    vec![problem]
}

/// A notebook as it should be on disk.
struct Built {
    path: PathBuf,
    name: String,
    source: String,
    summary: String,
    json: serde_json::Value,
    text: String,
}

impl Built {
    /// Writes the notebook if it is not there already, and says which it was.
    fn write(&self) -> Result<&'static str, String> {
        if fs::read_to_string(&self.path).is_ok_and(|text| text == self.text) {
            return Ok("unchanged");
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&self.path, &self.text))
            .map_err(|e| format!("{}: cannot be written: {e}", self.name))?;
        Ok("written")
    }

    /// Why the file on disk is not this notebook, if it is not.
    fn drift(&self) -> Option<String> {
        let Self { name, source, .. } = self;
        let cure = format!(
            "edit {source}, not the notebook, and run `make notebooks`; if you worked in it, save a copy first"
        );
        let Ok(text) = fs::read_to_string(&self.path) else {
            return Some(format!("{name}: is missing or unreadable; run `make notebooks`"));
        };
        if text == self.text {
            return None;
        }
        let place = match serde_json::from_str(&text) {
            Ok(found) => notebook::first_difference(&self.json, &found),
            Err(e) => format!("it is not JSON ({e})"),
        };
        Some(format!("{name}: differs from {source}: {place}; {cure}"))
    }
}

/// Builds both notebooks of one module in memory.
fn build_module(
    root: &Path,
    stem: &str,
    known: &[String],
    warnings: &mut Vec<String>,
) -> Result<[Built; 2], Vec<String>> {
    let name = format!("solutions/{stem}.md");
    let located = |problems: Vec<Problem>| {
        problems
            .iter()
            .map(|p| format!("{name}:{}: {}", p.line, p.text))
            .collect::<Vec<_>>()
    };
    let text = fs::read_to_string(root.join(&name))
        .map_err(|e| vec![format!("{name}: cannot be read: {e}")])?;
    let mut source = source::parse(&text).map_err(|p| located(vec![p]))?;
    include::resolve(root, &mut source.cells).map_err(|p| located(vec![p]))?;
    reading_map::resolve(root, known, &mut source.cells).map_err(located)?;
    let (module, found) = Module::new(stem, source, known).map_err(located)?;
    warnings.extend(located(found));
    Ok(Edition::BOTH.map(|copy| {
        let json = notebook::notebook(&module, copy);
        let name = format!("{}/{stem}.ipynb", copy.name());
        Built {
            path: root.join(&name),
            name,
            source: format!("solutions/{stem}.md"),
            summary: module.to_string(),
            text: notebook::to_text(&json),
            json,
        }
    }))
}

fn sources(root: &Path) -> Result<Vec<String>, String> {
    let known = stems(root, "solutions", "md")?;
    if known.is_empty() {
        return Err(format!("{}: has no solutions/NN_name.md", root.display()));
    }
    if let Some(bad) = known.iter().find(|stem| module::number(stem).is_none()) {
        return Err(format!(
            "solutions/{bad}.md: name it NN_name.md, two digits and lower-case words, or A1_name.md"
        ));
    }
    Ok(known)
}

/// Notebooks that no source gives: left over from a renamed module.
fn strays(root: &Path, known: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for copy in Edition::BOTH {
        let folder = copy.name();
        match stems(root, folder, "ipynb") {
            Ok(stems) => found.extend(stems.iter().filter(|s| !known.contains(s)).map(|stem| {
                format!("{folder}/{stem}.ipynb: has no solutions/{stem}.md; write it or delete this")
            })),
            Err(problem) => found.push(problem),
        }
    }
    found
}

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = self.cells.iter().filter(|cell| cell.is_code()).count();
        let exercises = self.cells.iter().filter(|cell| cell.has_tag("exercise")).count();
        let s = if exercises == 1 { "" } else { "s" };
        write!(f, "{} cells, {code} of code, {exercises} exercise{s}", self.cells.len())
    }
}
