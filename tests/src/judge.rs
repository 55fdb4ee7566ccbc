//! The judge: pure functions from what a cell showed to what is wrong with it.
//!
//! A panic, a failed assertion and a `?` on an error all answer "ok" in this kernel, and only
//! text on stderr tells. So any text on stderr condemns a cell, and what a notebook claims is
//! believed only on the word of a verdict.

use jupyter_protocol::{Media, MediaType};
use nbformat::v4::Output;
use serde::Deserialize;

use crate::execution::Execution;
use crate::modules::Edition;
use crate::text::{first_line, plain};

/// The MIME type that carries a verdict.
pub const VERDICT: &str = "application/vnd.aif.verdict+json";

/// What a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A sentence the notebook states.
    Claim,
    /// An exercise.
    Check,
    /// A quiz question.
    Quiz,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 3] = [Kind::Claim, Kind::Check, Kind::Quiz];

    /// The tag of a cell that has to yield such a verdict.
    pub fn tag(self) -> &'static str {
        match self {
            Kind::Claim => "claim",
            Kind::Check => "check",
            Kind::Quiz => "quiz",
        }
    }
}

/// What a claim, check or quiz cell says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Verdict {
    /// What it is about.
    pub kind: Kind,
    /// The exercise or question, such as `9.2`.
    #[serde(default)]
    pub id: String,
    /// `PASS`, `FAIL`, `TODO` or `ERROR`.
    pub verdict: String,
    /// Which of the known wrong answers it was.
    #[serde(default)]
    pub code: String,
    /// The claim, or the sentence the learner reads.
    #[serde(default)]
    pub sentence: String,
}

/// What the judge found in one cell.
#[derive(Debug, Default, PartialEq)]
pub struct Judgement {
    /// What is wrong; empty for a good cell.
    pub faults: Vec<String>,
    /// The verdicts that were displayed.
    pub verdicts: Vec<Verdict>,
    /// The alt text of each figure.
    pub figures: Vec<String>,
}

/// Judges a cell by its tags, its source and what became of it.
pub fn judge(
    copy: Edition,
    tags: &[String],
    source: &str,
    execution: &Execution,
) -> Judgement {
    let outputs = &execution.outputs;
    let mut judgement = Judgement::default();
    let tagged = |tag: &str| tags.iter().any(|own| own == tag);

    // No tag excuses a kernel that died or a cell that does not end.
    judgement.faults.extend(execution.fault.clone());
    let refused = execution.refused.then(|| "the kernel reports an error".to_owned());
    match (trouble(outputs).or(refused), tagged("expect-error")) {
        (Some(trouble), false) => judgement.faults.push(trouble),
        (None, true) if execution.fault.is_none() => judgement.faults.push(
            "the cell is tagged `expect-error`, but nothing went wrong in it".to_owned(),
        ),
        _ => {}
    }
    for media in outputs.iter().filter_map(media) {
        judge_figure(media, &mut judgement);
        judge_verdict(copy, media, &mut judgement);
    }
    for kind in Kind::ALL.into_iter().filter(|kind| tagged(kind.tag())) {
        if !judgement.verdicts.iter().any(|verdict| verdict.kind == kind) {
            let tag = kind.tag();
            judgement
                .faults
                .push(format!("the cell is tagged `{tag}`, but shows no verdict"));
        }
    }
    // The kernel keeps the last display of a cell only: a false first claim would be lost.
    let claims = source.lines().map(|line| calls(line, "claim")).sum::<usize>();
    if claims > 1 {
        judgement.faults.push(format!(
            "{claims} claims in one cell: only the last would be seen; give each its own cell"
        ));
    }
    judgement
}

/// The verdict that is right for `kind` in this copy. Claims rest on the library alone, so they
/// hold in both.
pub fn expected(copy: Edition, kind: Kind) -> &'static str {
    match (copy, kind) {
        (Edition::Notebooks, Kind::Check | Kind::Quiz) => "TODO",
        _ => "PASS",
    }
}

fn judge_figure(media: &Media, judgement: &mut Judgement) {
    if !media.content.iter().any(|part| matches!(part, MediaType::Svg(_))) {
        return;
    }
    let alt = media.content.iter().find_map(|part| match part {
        MediaType::Plain(text) => Some(text.trim()),
        _ => None,
    });
    match alt {
        Some(alt) if !alt.is_empty() => judgement.figures.push(alt.to_owned()),
        _ => judgement.faults.push("a figure without alt text (its text/plain)".to_owned()),
    }
}

fn judge_verdict(copy: Edition, media: &Media, judgement: &mut Judgement) {
    let data = media.content.iter().find_map(|part| match part {
        MediaType::Other((mime, data)) if mime == VERDICT => Some(data),
        _ => None,
    });
    let Some(data) = data else { return };
    // The kernel passes JSON either parsed or as the text it was given.
    let verdict = match data.as_str() {
        Some(text) => serde_json::from_str::<Verdict>(text),
        None => Verdict::deserialize(data),
    };
    let verdict = match verdict {
        Ok(verdict) => verdict,
        Err(error) => {
            judgement.faults.push(format!("a verdict that cannot be read: {error}"));
            return;
        }
    };
    let expected = expected(copy, verdict.kind);
    if verdict.verdict != expected {
        let Verdict { kind, id, verdict, code, sentence } = &verdict;
        let what = [kind.tag(), id].join(" ");
        let code = if code.is_empty() { String::new() } else { format!(" ({code})") };
        judgement.faults.push(format!(
            "{}: {verdict}{code} where {expected} is expected: {sentence}",
            what.trim_end()
        ));
    }
    if verdict.kind != Kind::Claim && verdict.id.is_empty() {
        judgement.faults.push(format!("a {} without an id", verdict.kind.tag()));
    }
    judgement.verdicts.push(verdict);
}

/// What is wrong by the outputs alone: an error, a panic, or any other text on stderr.
pub fn trouble(outputs: &[Output]) -> Option<String> {
    let error = outputs.iter().find_map(|output| match output {
        Output::Error(error) => Some(error_message(&plain(&error.evalue))),
        _ => None,
    });
    let stderr: String = outputs.iter().filter_map(stderr).collect();
    let stderr = plain(&stderr);
    let panic = stderr.find("panicked at").map(|at| panic_message(&stderr[at..]));
    let text = (!stderr.trim().is_empty()).then(|| first_line(&stderr, 300));
    None.or(panic.map(|message| format!("panic: {message}")))
        .or(error.map(|message| format!("error: {message}")))
        .or(text.map(|line| format!("text on stderr: {line}")))
}

/// The line that tells most: that of the process's end, above which the kernel shows what was printed last, or the first.
fn error_message(text: &str) -> String {
    let end = text.lines().find(|line| line.starts_with("Subprocess terminated"));
    first_line(end.unwrap_or(text), 300)
}

/// The message of a panic from the text after "panicked at": its place is on the first line,
/// the message on the next ones, then comes the backtrace.
fn panic_message(text: &str) -> String {
    let message = text.lines().skip(1).take_while(|line| {
        !line.starts_with("stack backtrace:") && !line.starts_with("note: ")
    });
    let message = message.collect::<Vec<_>>().join(" ");
    first_line(if message.trim().is_empty() { text } else { &message }, 300)
}

fn stderr(output: &Output) -> Option<&str> {
    match output {
        Output::Stream { name, text } if name == "stderr" => Some(&text.0),
        _ => None,
    }
}

fn media(output: &Output) -> Option<&Media> {
    match output {
        Output::ExecuteResult(result) => Some(&result.data),
        Output::DisplayData(display) => Some(&display.data),
        _ => None,
    }
}

/// How often a line of code calls the function `name`.
fn calls(line: &str, name: &str) -> usize {
    let code = line.split("//").next().unwrap_or_default();
    code.match_indices(name)
        .filter(|(at, _)| {
            let before = code[..*at].chars().next_back();
            let after = code[at + name.len()..].trim_start().chars().next();
            let whole = !before.is_some_and(|c| c.is_alphanumeric() || c == '_');
            whole && after == Some('(') && !code[..*at].trim_end().ends_with("fn")
        })
        .count()
}

/// Whether a cell shows a value or binds a variable: what a reader waits for.
pub fn gives_value(source: &str, outputs: &[Output]) -> bool {
    source.lines().any(|line| line.starts_with("let "))
        || outputs.iter().any(|output| media(output).is_some())
}

/// What is wrong between a module's two copies: the exercises of one must be the exercises of
/// the other, and no exercise may be checked twice.
pub fn compare(solutions: &[String], notebooks: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    for (name, ids) in [("solutions", solutions), ("notebooks", notebooks)] {
        for (i, id) in ids.iter().enumerate() {
            if ids[..i].contains(id) {
                faults.push(format!("check {id} is there twice in {name}/"));
            }
        }
    }
    let lacking = |there: &[String], here: &[String]| -> Vec<String> {
        there.iter().filter(|id| !here.contains(id)).cloned().collect()
    };
    for (name, ids) in [
        ("notebooks", lacking(solutions, notebooks)),
        ("solutions", lacking(notebooks, solutions)),
    ] {
        if !ids.is_empty() {
            faults.push(format!("check {} yields no verdict in {name}/", ids.join(", ")));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use nbformat::v4::MultilineString;
    use serde_json::{Value, json};

    fn outputs(value: Value) -> Vec<Output> {
        serde_json::from_value(value).unwrap()
    }

    fn stderr_text(text: &str) -> Vec<Output> {
        vec![Output::Stream {
            name: "stderr".to_owned(),
            text: MultilineString(text.to_owned()),
        }]
    }

    fn shows(data: Value) -> Vec<Output> {
        outputs(json!([{
            "output_type": "execute_result", "execution_count": 2, "metadata": {}, "data": data,
        }]))
    }

    fn verdict(kind: &str, id: &str, verdict: &str) -> Vec<Output> {
        let verdict = json!({
            "kind": kind, "id": id, "verdict": verdict, "code": "", "sentence": "a sentence"
        });
        shows(json!({ "text/plain": "twin", VERDICT: verdict }))
    }

    fn faults(copy: Edition, tags: &[&str], outputs: &[Output]) -> Vec<String> {
        let tags: Vec<_> = tags.iter().map(|tag| (*tag).to_owned()).collect();
        judge(copy, &tags, "", &showed(outputs)).faults
    }

    fn showed(outputs: &[Output]) -> Execution {
        Execution { outputs: outputs.to_vec(), alive: true, ..Execution::default() }
    }

    #[test]
    fn silence_and_stdout_are_fine() {
        assert!(faults(Edition::Solutions, &[], &[]).is_empty());
        let stdout = outputs(json!([
            { "output_type": "stream", "name": "stdout", "text": "panicked at nothing" }
        ]));
        assert!(faults(Edition::Solutions, &[], &stdout).is_empty());
    }

    #[test]
    fn a_panic_is_told_with_its_message() {
        let text = "\nthread '<unnamed>' (9) panicked at src/lib.rs:4:1:\nboom\nstack backtrace:\n";
        let found = faults(Edition::Solutions, &[], &stderr_text(text));
        assert_eq!(found, ["panic: boom"]);
    }

    #[test]
    fn any_stderr_text_condemns_a_cell_without_colours() {
        let found = faults(
            Edition::Solutions,
            &[],
            &stderr_text("\u{1b}[31minvalid digit\u{1b}[0m\n"),
        );
        assert_eq!(found, ["text on stderr: invalid digit"]);
    }

    #[test]
    fn an_error_output_condemns_a_cell() {
        let error = outputs(json!([{
            "output_type": "error", "ename": "Error", "evalue": "cannot find `x`", "traceback": []
        }]));
        assert_eq!(faults(Edition::Solutions, &[], &error), ["error: cannot find `x`"]);
        assert!(faults(Edition::Solutions, &["expect-error"], &error).is_empty());
    }

    #[test]
    fn an_expected_error_must_come() {
        assert_eq!(faults(Edition::Solutions, &["expect-error"], &[]).len(), 1);
    }

    #[test]
    fn a_fault_of_the_kernel_condemns_a_silent_cell() {
        let died =
            Execution { fault: Some("the kernel died".to_owned()), ..Execution::default() };
        assert_eq!(judge(Edition::Solutions, &[], "", &died).faults, ["the kernel died"]);
        let expected = ["expect-error".to_owned()];
        let found = judge(Edition::Solutions, &expected, "", &died).faults;
        assert_eq!(found, ["the kernel died"], "no tag excuses it");
        let refused = Execution { refused: true, ..Execution::default() };
        assert_eq!(judge(Edition::Solutions, &[], "", &refused).faults.len(), 1);
    }

    #[test]
    fn each_copy_wants_its_own_verdicts() {
        for (copy, kind, right) in [
            (Edition::Solutions, "claim", "PASS"),
            (Edition::Solutions, "check", "PASS"),
            (Edition::Solutions, "quiz", "PASS"),
            (Edition::Notebooks, "claim", "PASS"),
            (Edition::Notebooks, "check", "TODO"),
            (Edition::Notebooks, "quiz", "TODO"),
        ] {
            for said in ["PASS", "FAIL", "TODO", "ERROR"] {
                let found = faults(copy, &[kind], &verdict(kind, "9.1", said));
                assert_eq!(
                    found.is_empty(),
                    said == right,
                    "{copy:?} {kind} {said}: {found:?}"
                );
            }
        }
    }

    #[test]
    fn a_verdict_counts_even_in_a_cell_without_a_tag() {
        assert_eq!(faults(Edition::Solutions, &[], &verdict("claim", "", "FAIL")).len(), 1);
    }

    #[test]
    fn a_verdict_may_come_as_text() {
        let text = r#"{"kind":"claim","id":"","verdict":"PASS","code":"","sentence":"s"}"#;
        let judgement =
            judge(Edition::Solutions, &[], "", &showed(&shows(json!({ VERDICT: text }))));
        assert!(judgement.faults.is_empty());
        assert_eq!(judgement.verdicts[0].sentence, "s");
    }

    #[test]
    fn an_unreadable_verdict_is_no_verdict() {
        let found =
            faults(Edition::Solutions, &["claim"], &shows(json!({ VERDICT: "PASS" })));
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_tagged_cell_must_yield_a_verdict_of_its_kind() {
        for tag in ["claim", "check", "quiz"] {
            assert_eq!(faults(Edition::Solutions, &[tag], &[]).len(), 1, "{tag}");
        }
        let claim = verdict("claim", "", "PASS");
        assert_eq!(faults(Edition::Solutions, &["check"], &claim).len(), 1);
    }

    #[test]
    fn a_check_needs_an_id() {
        assert_eq!(
            faults(Edition::Solutions, &["check"], &verdict("check", "", "PASS")).len(),
            1
        );
    }

    #[test]
    fn a_figure_needs_alt_text() {
        let with =
            shows(json!({ "image/svg+xml": "<svg/>", "text/plain": "a line that rises" }));
        let judgement = judge(Edition::Solutions, &[], "", &showed(&with));
        assert_eq!(judgement.figures, ["a line that rises"]);
        assert!(judgement.faults.is_empty());
        for data in [
            json!({ "image/svg+xml": "<svg/>" }),
            json!({ "image/svg+xml": "<svg/>", "text/plain": " \n" }),
        ] {
            assert_eq!(faults(Edition::Solutions, &[], &shows(data)).len(), 1);
        }
    }

    #[test]
    fn two_claims_in_a_cell_are_one_too_many() {
        let source = "claim(\"a\", false);\nclaim(\"b\", true)";
        let one = showed(&verdict("claim", "", "PASS"));
        let judgement = judge(Edition::Solutions, &[], source, &one);
        assert_eq!(judgement.faults.len(), 1);
        for fine in
            ["claim(\"a\", x)", "// claim(a) claim(b)\nclaim(c)", "disclaim(a); claim (b)"]
        {
            let judgement = judge(Edition::Solutions, &[], fine, &showed(&[]));
            assert!(judgement.faults.is_empty(), "{fine}");
        }
    }

    #[test]
    fn a_value_is_a_display_or_a_variable() {
        assert!(gives_value("let x = 1;", &[]));
        assert!(gives_value("x", &shows(json!({ "text/plain": "1" }))));
        assert!(!gives_value("use aif_lib::prelude::*;", &[]));
        assert!(!gives_value("fn f() {\n    let x = 1;\n}", &[]));
    }

    #[test]
    fn copies_must_check_the_same_exercises() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        assert!(compare(&ids(&["9.1", "9.2"]), &ids(&["9.1", "9.2"])).is_empty());
        assert_eq!(
            compare(&ids(&["9.1", "9.2"]), &ids(&["9.1"])),
            ["check 9.2 yields no verdict in notebooks/"]
        );
        assert_eq!(
            compare(&ids(&[]), &ids(&["9.1"])),
            ["check 9.1 yields no verdict in solutions/"]
        );
        assert_eq!(compare(&ids(&["9.1", "9.1"]), &ids(&["9.1"])).len(), 1);
    }
}
