//! `course build` seen from outside: the files it writes and the messages it prints.
#![expect(clippy::unwrap_used, reason = "a test may panic wherever it is")]
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const SOURCE: &str = include_str!("../fixtures/build/solutions/09_example.md");
const NAME: &str = "solutions/09_example.md";

/// A course in a folder of its own, with spaces in its name, that is gone after the test.
struct Course(PathBuf);

impl Course {
    fn new(test: &str, sources: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("course of {test}"));
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(root.join("solutions")).unwrap();
        for (name, text) in sources {
            fs::write(root.join("solutions").join(name), text).unwrap();
        }
        Self(root)
    }

    fn build(&self, args: &[&str]) -> Outcome {
        build(&self.0, args)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.join(name)).unwrap()
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

struct Outcome {
    success: bool,
    stdout: String,
    stderr: String,
}

fn build(root: &Path, args: &[&str]) -> Outcome {
    let output = Command::new(env!("CARGO_BIN_EXE_course"))
        .arg("build")
        .arg("--root")
        .arg(root)
        .args(args)
        .output()
        .unwrap();
    Outcome {
        success: output.status.success(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn fixture() -> PathBuf {
    package().join("fixtures/build")
}

/// Replaces a text that is in the source exactly once.
fn with(old: &str, new: &str) -> String {
    assert_eq!(SOURCE.matches(old).count(), 1, "the fixture has {old:?} once");
    SOURCE.replace(old, new)
}

/// The first line with this text, counted from 1.
fn line_of(source: &str, text: &str) -> usize {
    source.lines().position(|line| line.contains(text)).expect("the text is there") + 1
}

/// Expects these messages from a changed source, each at the line that holds its text, and no others.
#[track_caller]
fn rejects(test: &str, source: &str, expected: &[(usize, &str)]) {
    let course = Course::new(test, &[("09_example.md", source)]);
    let outcome = course.build(&[]);
    let mut wanted = String::new();
    for (line, message) in expected {
        wanted += &format!("{NAME}:{line}: {message}\n");
    }
    let s = if expected.len() == 1 { "" } else { "s" };
    wanted +=
        &format!("course build: {} problem{s}, nothing was written\n", expected.len());
    assert_eq!(outcome.stderr, wanted);
    assert!(!outcome.success);
    assert!(!course.0.join("notebooks").exists(), "nothing is written");
}

/// `rejects` for one replacement and one message, at the line of `at` in the changed source.
#[track_caller]
fn rejects_at(test: &str, old: &str, new: &str, at: &str, message: &str) {
    let source = with(old, new);
    rejects(test, &source, &[(line_of(&source, at), message)]);
}

#[test]
fn the_golden_pair_is_what_the_source_gives() {
    let outcome = build(&fixture(), &["--check"]);
    assert!(outcome.success, "{}", outcome.stderr);
    assert_eq!(
        outcome.stdout,
        "solutions/09_example.ipynb (17 cells, 9 of code, 2 exercises): up to date\n\
         notebooks/09_example.ipynb (17 cells, 9 of code, 2 exercises): up to date\n"
    );
}

#[test]
fn the_same_source_gives_the_same_bytes() {
    let course = Course::new("determinism", &[("09_example.md", SOURCE)]);
    assert!(course.build(&[]).success);
    for name in ["solutions/09_example.ipynb", "notebooks/09_example.ipynb"] {
        assert_eq!(
            course.read(name),
            fs::read_to_string(fixture().join(name)).unwrap(),
            "{name}"
        );
    }
    let again = course.build(&[]);
    assert_eq!(again.stdout.matches(": unchanged\n").count(), 2, "{}", again.stdout);
    let windows =
        Course::new("line ends", &[("09_example.md", &SOURCE.replace('\n', "\r\n"))]);
    assert!(windows.build(&[]).success);
    let name = "notebooks/09_example.ipynb";
    assert_eq!(windows.read(name), course.read(name));
}

#[test]
fn the_exercise_copy_holds_stubs_in_place_of_answers() {
    let notebook =
        fs::read_to_string(fixture().join("notebooks/09_example.ipynb")).unwrap();
    let notebook: Value = serde_json::from_str(&notebook).unwrap();
    let exercise =
        cells(&notebook).into_iter().find(|c| c.tags.contains(&"exercise:9.1".into()));
    assert_eq!(
        exercise.unwrap().source,
        "#[allow(unused_variables)]\nfn predict(b: &[f64], q: &[f64]) -> Vec<f64> {\n    \
         todo!(\"Exercise 9.1\")\n}\n\n#[allow(unused_variables)]\nfn correct(a: &[f64], q: &[f64]) -> Vec<f64> {\n    let joint: Vec<f64> = {\n        \
         todo!(\"Exercise 9.1\")\n    };\n    joint\n}"
    );
    let first = &cells(&notebook)[0].source;
    assert!(first.starts_with("<!-- Generated from solutions/09_example.md by"), "{first}");
    assert!(!notebook.to_string().contains("SOLUTION"));
}

#[test]
fn cell_ids_are_unique_legal_and_local_to_their_section() {
    let ids = |text: &str| -> Vec<String> {
        let notebook: Value = serde_json::from_str(text).unwrap();
        let ids = notebook["cells"].as_array().unwrap().iter();
        ids.map(|cell| cell["id"].as_str().unwrap().to_string()).collect()
    };
    let before =
        ids(&fs::read_to_string(fixture().join("solutions/09_example.ipynb")).unwrap());
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    for (i, id) in before.iter().enumerate() {
        assert!(id.len() <= 64 && id.chars().all(legal), "{id}");
        assert!(!before[..i].contains(id), "{id} twice");
    }
    let longer = with("## Recap", "## New\n\n+++\n\nMore.\n\n## Recap");
    let course = Course::new("ids", &[("09_example.md", &longer)]);
    assert!(course.build(&[]).success);
    let after = ids(&course.read("solutions/09_example.ipynb"));
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after.last(), before.last());
}

struct Cell {
    kind: String,
    source: String,
    tags: Vec<String>,
    metadata: Value,
}

fn cells(notebook: &Value) -> Vec<Cell> {
    let text = |value: &Value| match value {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        other => other.as_str().unwrap_or_default().to_string(),
    };
    let cell = |cell: &Value| {
        let tags = cell["metadata"]["tags"].as_array().cloned().unwrap_or_default();
        Cell {
            kind: text(&cell["cell_type"]),
            source: text(&cell["source"]),
            tags: tags.iter().map(text).collect(),
            metadata: cell["metadata"].clone(),
        }
    };
    notebook["cells"].as_array().unwrap().iter().map(cell).collect()
}

/// The Python of the Jupyter tools: the one make uses, else the one of .venv.
fn python() -> PathBuf {
    let venv = package().parent().unwrap().join(".venv/bin/python");
    let python = std::env::var_os("COURSE_PYTHON").map_or(venv, PathBuf::from);
    assert!(
        python.exists(),
        "{} is missing: run `make setup`, which installs the Jupyter tools",
        python.display()
    );
    python
}

fn run_python(args: &[&str]) -> String {
    let output = Command::new(python()).args(args).output().unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "python {args:?}: {problem}");
    String::from_utf8(output.stdout).unwrap()
}

/// The fixture and every real module: jupytext must see the cells that the builder sees.
#[test]
fn jupytext_reads_the_same_cells() {
    let mut sources = vec![fixture().join("solutions/09_example.md")];
    let real = package().parent().unwrap().join("solutions");
    if let Ok(entries) = fs::read_dir(real) {
        let paths = entries.map(|entry| entry.unwrap().path());
        sources.extend(paths.filter(|path| path.extension().is_some_and(|e| e == "md")));
    }
    for path in sources {
        let text = fs::read_to_string(&path).unwrap();
        if text.contains("```{readings}") {
            continue; // It is filled from the other modules.
        }
        let name = path.display().to_string();
        let args =
            ["-m", "jupytext", "--quiet", "--from", "md:myst", "--to", "ipynb", "-o", "-"];
        let theirs = run_python(&[&args[..], &[&name]].concat());
        let theirs: Value = serde_json::from_str(&theirs).unwrap();
        let stem = path.file_name().unwrap().to_str().unwrap();
        let course = Course::new(&format!("jupytext {stem}"), &[(stem, &text)]);
        for line in text.lines() {
            if let Some(file) = line.strip_prefix("```{include} ../") {
                let copy = course.0.join(file);
                fs::create_dir_all(copy.parent().unwrap()).unwrap();
                fs::copy(package().parent().unwrap().join(file), copy).unwrap();
            }
        }
        let outcome = course.build(&[]);
        assert!(outcome.success, "{}", outcome.stderr);
        let ours = course.read(&format!("solutions/{}", stem.replace(".md", ".ipynb")));
        let ours: Value = serde_json::from_str(&ours).unwrap();
        let (ours, theirs) = (cells(&ours), cells(&theirs));
        for (i, (our, their)) in ours.iter().zip(&theirs).enumerate() {
            assert_eq!(our.kind, their.kind, "{name}: cell {}", i + 1);
            // What a cell includes is in ours.
            if !their.source.contains("```{include}") {
                assert_eq!(our.source, their.source, "{name}: cell {}", i + 1);
            }
            assert_eq!(our.tags, their.tags, "{name}: cell {}", i + 1);
            assert_eq!(our.metadata, their.metadata, "{name}: cell {}", i + 1);
        }
        assert_eq!(ours.len(), theirs.len(), "{name}");
    }
}

/// Jupyter's own library finds the notebooks valid, and would write the very same bytes.
#[test]
fn nbformat_accepts_the_notebooks_as_they_are() {
    let program = "import nbformat, sys\n\
        for path in sys.argv[1:]:\n    \
            text = open(path, encoding='utf-8').read()\n    \
            notebook = nbformat.reads(text, as_version=4)\n    \
            nbformat.validate(notebook)\n    \
            assert nbformat.writes(notebook) + '\\n' == text, path\n";
    let path = |folder: &str| {
        fixture().join(folder).join("09_example.ipynb").display().to_string()
    };
    run_python(&["-c", program, &path("solutions"), &path("notebooks")]);
}

/// What the contributors' guide shows must itself be a good source.
#[test]
fn the_example_in_the_guide_builds() {
    let guide = include_str!("../../.github/CONTRIBUTING.md");
    let example = guide.split("````md\n").nth(1).and_then(|rest| rest.split("````").next());
    let course =
        Course::new("guide", &[("09_example.md", example.expect("the guide has one"))]);
    let outcome = course.build(&[]);
    assert!(outcome.success, "{}", outcome.stderr);
}

#[test]
fn check_names_the_notebook_and_the_first_cell_that_differs() {
    let course = Course::new("drift", &[("09_example.md", SOURCE)]);
    let missing = course.build(&["--check"]);
    assert!(!missing.success);
    assert!(
        missing.stderr.contains(
            "notebooks/09_example.ipynb: is missing or unreadable; run `make notebooks`\n"
        ),
        "{}",
        missing.stderr
    );

    assert!(course.build(&[]).success);
    assert!(course.build(&["--check"]).success);
    let path = course.0.join("notebooks/09_example.ipynb");
    let good = fs::read_to_string(&path).unwrap();
    let drift = |changed: String, place: &str| {
        fs::write(&path, changed).unwrap();
        let outcome = course.build(&["--check"]);
        assert_eq!(
            outcome.stderr,
            format!(
                "notebooks/09_example.ipynb: differs from {NAME}: {place}; edit {NAME}, not the \
                 notebook, and run `make notebooks`; if you worked in it, save a copy first\ncourse \
                 build: 1 problem, nothing was written\n"
            )
        );
        assert!(!outcome.success);
    };
    drift(
        good.replace("use aif_lib::prelude::*;", "use aif_lib::*;"),
        "cell 3 (`09-an-example-3`) has another source",
    );
    drift(
        good.replacen("\"slow\"", "\"quiz\"", 1),
        "cell 9 (`09-a-belief-is-a-distribution-6`) has another metadata",
    );
    drift(
        good.replacen("\"execution_count\": null", "\"execution_count\": 2", 1),
        "cell 2 (`09-an-example-2`) has another execution_count",
    );
    drift(good.replacen("\"minutes\": 15", "\"minutes\": 16", 1), "its notebook metadata");
    drift(good.replace('\n', "\n "), "its layout");
    let mut shorter: Value = serde_json::from_str(&good).unwrap();
    shorter["cells"].as_array_mut().unwrap().pop();
    drift(shorter.to_string(), "it has 18 cells instead of 19, from cell 19 on");
    fs::write(&path, "{").unwrap();
    let outcome = course.build(&["--check"]);
    assert!(
        outcome.stderr.contains("differs from solutions/09_example.md: it is not JSON")
    );
}

#[test]
fn check_finds_notebooks_without_a_source() {
    let course = Course::new("strays", &[("09_example.md", SOURCE)]);
    assert!(course.build(&[]).success);
    fs::write(course.0.join("notebooks/08_old.ipynb"), "{}").unwrap();
    let outcome = course.build(&["--check"]);
    let message =
        "notebooks/08_old.ipynb: has no solutions/08_old.md; write it or delete this\n";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert!(!outcome.success);
}

/// The example with a table of words, and other numbers if it is to be another module.
fn with_words(number: &str, rows: &str) -> String {
    let numbered = SOURCE
        .replace("9.1", &format!("{number}.1"))
        .replace("9.2", &format!("{number}.2"));
    let head = "| term | meaning |\n|---|---|\n";
    format!(
        "{numbered}\n\n## Recap\n\n**Words introduced here**\n\n{head}{rows}\n\nThe end.\n"
    )
}

#[test]
fn the_glossary_is_collected_from_the_modules_and_checked() {
    let pairs = "| reinforcement learning | active inference | exact when |\n|---|---|---|\n| T | B | always |";
    let first = with_words("9", "| zeal | last |\n| ε-greedy | mostly greedy |");
    let second = with_words("10", "| **Action** | first \\| foremost |");
    let second = format!("{second}\n{pairs}\n");
    let course =
        Course::new("glossary", &[("09_example.md", &first), ("10_other.md", &second)]);
    let outcome = course.build(&["9"]);
    assert!(outcome.success, "{}", outcome.stderr);
    assert!(outcome.stdout.contains("notebooks/A1_glossary.ipynb (3 words): written"));
    let text = course.read("notebooks/A1_glossary.ipynb");
    assert_eq!(text, course.read("solutions/A1_glossary.ipynb"));
    let notebook: Value = serde_json::from_str(&text).unwrap();
    let lines: Vec<&str> = notebook["cells"][0]["source"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| line.as_str().unwrap().trim_end())
        .collect();
    let place = |line: &str| lines.iter().position(|l| *l == line).expect(line);
    let order = [
        "| T | B | always |",
        "| **Action** | first \\| foremost | [10](10_other.ipynb) |",
        "| ε-greedy | mostly greedy | [09](09_example.ipynb) |",
        "| zeal | last | [09](09_example.ipynb) |",
    ]
    .map(place);
    assert!(order.is_sorted(), "{lines:#?}");

    assert!(course.build(&[]).success);
    assert!(course.build(&["--check"]).success);
    fs::write(course.0.join("notebooks/A1_glossary.ipynb"), text.replace("last", "least"))
        .unwrap();
    let outcome = course.build(&["--check"]);
    let message = "notebooks/A1_glossary.ipynb: differs from the tables";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
}

#[test]
fn a_file_that_a_module_includes_is_in_both_notebooks_and_the_glossary() {
    let table = "| letter | word |\n|---|---|\n| s | state |";
    let source = with_words("9", "| zeal | last |");
    let including =
        |directive: &str| format!("{source}\n## Letters\n\n{directive}\n\nSo much.\n");
    let whole = including("```{include} ../letters.md\n```");
    let course = Course::new("include", &[("09_example.md", &whole)]);
    let outcome = course.build(&[]);
    let message = format!(
        "{NAME}:{}: ../letters.md cannot be included",
        line_of(&whole, "{include}")
    );
    assert!(outcome.stderr.starts_with(&message), "{}", outcome.stderr);

    fs::write(course.0.join("letters.md"), format!("{table}\n")).unwrap();
    assert!(course.build(&[]).success);
    let lines = table.lines().map(|line| format!("\"{line}\\n\"")).collect::<Vec<_>>();
    for copy in ["solutions", "notebooks"] {
        let (module, glossary) =
            (format!("{copy}/09_example.ipynb"), format!("{copy}/A1_glossary.ipynb"));
        assert!(lines.iter().all(|line| course.read(&module).contains(line)), "{module}");
        assert!(course.read(&module).contains("So much."));
        assert!(
            lines.iter().all(|line| course.read(&glossary).contains(line)),
            "{glossary}"
        );
    }

    // An edit of the file is an edit of both.
    fs::write(course.0.join("letters.md"), table.replace("state", "place")).unwrap();
    let told = course.build(&["--check"]).stderr;
    assert!(told.contains("solutions/09_example.ipynb: differs"), "{told}");
    assert!(told.contains("notebooks/A1_glossary.ipynb: differs"), "{told}");

    let open = including("```{include} ../letters.md\nand more\n```");
    let told = Course::new("open include", &[("09_example.md", &open)]).build(&[]).stderr;
    assert!(told.contains("close it on the next line"), "{told}");
}

const PAGE: &str = "---\ntitle: Reading map\npart: appendix\nminutes: 5\nprerequisites: []\nobjectives:\n  - Find more\n---\n\n# Map\n\n";

#[test]
fn the_reading_map_holds_every_work_of_the_modules_once() {
    let bellman =
        "- Bellman, R. (1957). *Dynamic Programming*. Princeton University Press.";
    let craik = "- Craik, K. J. W. (1943). *The Nature of Explanation*. Cambridge. The small model.";
    let module = |number: &str, list: &str| {
        let source = with_words(number, "| zeal | last |");
        format!("{source}\nBellman and Craik wrote.\n\n## Further reading\n\n{list}\n")
    };
    let first = module("9", &format!("{bellman} Where it began."));
    let second = module("10", &format!("{bellman} Again.\n{craik}"));
    let page = |lists: &str| format!("{PAGE}{lists}\n");
    let lists = "```{readings}\nBellman 1957\n```\n\nLeft:\n\n```{readings} rest\n```\n\n```{readings} modules\n```";
    let course = Course::new(
        "map",
        &[
            ("09_example.md", &first),
            ("10_other.md", &second),
            ("A0_reading_map.md", &page(lists)),
        ],
    );
    // Whichever module is asked for.
    let outcome = course.build(&["9"]);
    assert!(outcome.success, "{}", outcome.stderr);
    let text = course.read("notebooks/A0_reading_map.ipynb");
    assert_eq!(text.matches("Princeton University Press").count(), 1);
    let lines = [
        "- [09](09_example.ipynb), [10](10_other.ipynb) · Bellman, R. (1957). *Dynamic Programming*. Princeton University Press. [09](09_example.ipynb): Where it began. [10](10_other.ipynb): Again.",
        "- [10](10_other.ipynb) · Craik, K. J. W. (1943). *The Nature of Explanation*. Cambridge. The small model.",
        "| [10](10_other.ipynb) | Bellman 1957; Craik 1943 |",
    ];
    for line in lines {
        assert!(text.contains(line), "{line}: {text}");
    }

    // A new work in a module is at once among those that are left.
    let third =
        second.replace(craik, &format!("{craik}\n{}", craik.replace("1943", "1947")));
    fs::write(course.0.join("solutions/10_other.md"), third).unwrap();
    let told = course.build(&["--check", "9"]).stderr;
    assert!(told.contains("A0_reading_map.ipynb: differs"), "{told}");

    let told = |lists: &str| {
        fs::write(course.0.join("solutions/A0_reading_map.md"), page(lists)).unwrap();
        course.build(&[]).stderr
    };
    let place = |line: usize| format!("solutions/A0_reading_map.md:{line}: ");
    let wrong = told("```{readings}\nBellman 1957\nTolman 1948; Craik\n```");
    assert!(wrong.contains(&(place(14) + "no module lists `Tolman 1948`")), "{wrong}");
    assert!(wrong.contains(&(place(14) + "2 works have the words `Craik`")), "{wrong}");
    assert!(told("```{readings} some\n```").contains("unknown list `some`"));
    let code = told("```{code-cell} rust\n1 + 1\n```");
    assert!(code.contains("a page has no code cells"), "{code}");
}

#[test]
fn a_glossary_without_words_is_left_over() {
    let course = Course::new("no words", &[("09_example.md", SOURCE)]);
    assert!(course.build(&[]).success);
    assert!(!course.0.join("notebooks/A1_glossary.ipynb").exists());
    fs::write(course.0.join("notebooks/A1_glossary.ipynb"), "{}").unwrap();
    assert!(
        course.build(&["--check"]).stderr.contains("notebooks/A1_glossary.ipynb: has no")
    );
}

#[test]
fn tables_of_words_are_checked() {
    let message = "this row has 3 columns; write `| term | meaning |`, and `\\mid` for a bar in a formula";
    let source = with_words("9", "| a | b |\n| P(a | b) | c |");
    rejects("words", &source, &[(line_of(&source, "P(a"), message)]);
    let source = with_words("9", "");
    let message =
        "after **Words introduced here** there is no table `| term | meaning |` with a row";
    rejects("no rows", &source, &[(line_of(&source, "Words introduced"), message)]);
}

#[test]
fn modules_are_chosen_by_number_or_name() {
    let other = SOURCE.replace("9.1", "10.1").replace("9.2", "10.2");
    let course =
        Course::new("choice", &[("09_example.md", SOURCE), ("10_other.md", &other)]);
    assert!(course.build(&["9"]).stdout.starts_with("solutions/09_example.ipynb"));
    assert!(!course.0.join("notebooks/10_other.ipynb").exists());
    assert!(course.build(&["10_other"]).success);
    assert!(course.0.join("notebooks/10_other.ipynb").exists());
    let outcome = course.build(&["11"]);
    assert_eq!(
        outcome.stderr.lines().next().unwrap(),
        "there is no module \"11\"; there are 09_example, 10_other"
    );
    assert!(!outcome.success);
}

#[test]
fn a_course_without_sources_is_an_error() {
    let course = Course::new("no sources", &[]);
    let outcome = course.build(&[]);
    assert!(outcome.stderr.contains("has no solutions/NN_name.md"), "{}", outcome.stderr);
    assert!(!outcome.success);
    let course = Course::new("bad name", &[("nine.md", SOURCE)]);
    assert!(course.build(&[]).stderr.starts_with("solutions/nine.md: name it NN_name.md"));
}

#[test]
fn all_problems_of_a_source_are_told_at_once_in_order() {
    let source = with("part: 3\n", "").replace("[claim]", "[clam]");
    let tag = line_of(&source, "[clam]");
    rejects(
        "two problems",
        &source,
        &[
            (1, "front matter has no `part`; add it"),
            (
                tag,
                "unknown tag `clam`; known are exercise, check, claim, quiz, slow, expect-error",
            ),
        ],
    );
}

#[test]
fn front_matter_is_checked() {
    let missing = "front matter is missing; begin with `---`, `title: ...`, `---`";
    rejects("front missing", &SOURCE.replacen("---\n", "", 1), &[(1, missing)]);
    let open = "front matter is not closed; add a line `---` after it";
    rejects("front open", "---\ntitle: A\n", &[(1, open)]);
    for key in ["title", "part", "minutes", "prerequisites"] {
        let line = SOURCE.lines().find(|line| line.starts_with(key)).unwrap();
        let message = format!("front matter has no `{key}`; add it");
        rejects(key, &with(&format!("{line}\n"), ""), &[(1, &message)]);
    }
    rejects_at(
        "text",
        "part: 3",
        "part: ''",
        "part:",
        "`part` is a number or a text, not \"\"",
    );
    let wanted = "`minutes` is a whole number above 0, not \"long\"";
    rejects_at("minutes", "minutes: 15", "minutes: long", "minutes", wanted);
    let wanted = "`prerequisites` is a list of modules, or [], not 8";
    let list = "[00_prerequisites, 08_generative_models_fep]";
    rejects_at("list", list, "8", "prerequisites", wanted);
    let wanted = "`objectives` is a list of at least one text, not []";
    let list = "objectives:\n  - Say what a belief is\n  - Update one by hand";
    rejects_at("objectives", list, "objectives: []", "objectives", wanted);
    let wanted = "front matter has the unknown key `parts`; known are title, part, minutes, \
                  prerequisites, objectives";
    rejects_at("unknown key", "part: 3", "part: 3\nparts: 2", "parts", wanted);
    let wanted = "unknown prerequisite `08_models`; name a module by its file, such as \
                  `08_generative_models_fep`";
    rejects_at(
        "prerequisite",
        "08_generative_models_fep",
        "08_models",
        "08_models",
        wanted,
    );
    let bad = with("\"An example: every part of the grammar\"", "An example: every part");
    let outcome = Course::new("yaml", &[("09_example.md", &bad)]).build(&[]);
    assert!(outcome.stderr.starts_with("solutions/09_example.md:2: this is not YAML: "));
}

#[test]
fn an_existing_module_of_another_name_is_a_prerequisite_too() {
    let source = with("08_generative_models_fep", "10_other");
    let other = SOURCE.replace("9.1", "10.1").replace("9.2", "10.2");
    let course =
        Course::new("known", &[("09_example.md", &source), ("10_other.md", &other)]);
    assert!(course.build(&[]).success);
}

#[test]
fn fences_are_checked() {
    let end = "    joint\n}\n```\n";
    let source = with(end, "    joint\n}\n");
    let open = line_of(&source, "exercise:9.1") - 1;
    let next = line_of(&source, "check:9.1") - 1;
    let message = format!(
        "this fence is not closed before the code cell of line {next}; end it with its own marks"
    );
    rejects("unclosed code", &source, &[(open, &message)]);
    let message =
        "this fence is not closed before the end of the file; end it with its own marks";
    rejects_at("unclosed long", "\n+++\n````\n", "\n+++\n", "````md", message);
    let message = "a fence needs an empty line before it; add one";
    rejects_at(
        "no empty line",
        "is a distribution?</summary>\n\nOnly",
        "is?</summary>\n```x\n\nOnly",
        "```x",
        message,
    );
    let message = "`+++` needs an empty line before it; add one";
    rejects_at("break", "The end.", "The end.\n+++ {}", "+++ {}", message);
    let message = "a code cell begins with ```{code-cell} rust";
    rejects_at("language", "The end.", "```{code-cell} python\n1\n```", "python", message);
    let message = "a code cell begins at the margin; remove the indentation";
    rejects_at(
        "margin",
        "The end.",
        "- a\n\n  ```{code-cell} rust\n  x\n  ```",
        "  ```{code",
        message,
    );
    let message = "`+++` stands at the margin; remove the indentation";
    rejects_at("break margin", "The end.", "- a\n\n  +++", "  +++", message);
    let message = "`<!--` must end on its own line: it would hide the cells after it";
    rejects_at("comment", "The end.", "<!-- a\n\nb -->", "<!-- a", message);
    let source = with("The end.", "End.\n\n+++ slide");
    let outcome = Course::new("json", &[("09_example.md", &source)]).build(&[]);
    let at = format!(
        "{NAME}:{}: `+++` is followed by a JSON object",
        line_of(&source, "+++ slide")
    );
    assert!(outcome.stderr.starts_with(&at), "{}", outcome.stderr);
}

#[test]
fn options_are_checked() {
    let message =
        "a first line with `:` is read as a cell option; leave an empty line before it";
    rejects_at("dep option", "rust\n\n:dep", "rust\n:dep", ":dep", message);
    let message = "unknown option `time`; known are tags and timeout";
    rejects_at("option", ":timeout: 30", ":time: 30", ":time:", message);
    let message = "`timeout` is a number of seconds above 0, not \"30 s\"";
    rejects_at("timeout", ":timeout: 30", ":timeout: 30 s", ":timeout: 30 s", message);
    let message = "`tags` is a list such as [claim, slow], not \"claim\"";
    rejects_at("tags", ":tags: [claim]", ":tags: claim", ":tags: claim", message);
    let source = with("timeout: 12.5\n---\n", "timeout: 12.5\n");
    let message = "the options of this cell are not closed; add `---`";
    rejects("options open", &source, &[(line_of(&source, "  - slow") - 2, message)]);
}

#[test]
fn tags_are_checked() {
    let known = "known are exercise, check, claim, quiz, slow, expect-error";
    let message = format!("unknown tag `clam`; {known}");
    rejects_at("tag", "[claim]", "[clam]", "[clam]", &message);
    let message = "a markdown cell has no tags; remove them";
    rejects_at(
        "markdown tag",
        "The end.",
        "+++ {\"tags\": [\"slow\"]}\n\nThe end.",
        "The end.",
        message,
    );
    let message =
        "`exercise` and one tag with its number, such as \"exercise:9.1\", go together";
    let source = with("[exercise, exercise:9.2]", "[exercise, slow]");
    let orphan = "check 9.2 has no exercise 9.2 before it; add it, or its tags";
    rejects(
        "no number",
        &source,
        &[(line_of(&source, "fn half"), message), (line_of(&source, "check_2"), orphan)],
    );
    let message = "tag `check:8.2`: in this module numbers are 9.1, 9.2, ...";
    let source = with("check:9.2", "check:8.2");
    let alone = "check 8.2 has no exercise 8.2 before it; add it, or its tags";
    let lonely =
        "exercise 9.2 has no check after it; add a cell with tags [check, \"check:9.2\"]";
    rejects(
        "other module",
        &source,
        &[
            (line_of(&source, "fn half"), lonely),
            (line_of(&source, "check:8.2"), message),
            (line_of(&source, "check_2"), alone),
        ],
    );
}

#[test]
fn a_quiz_keeps_its_answer_in_the_solution_only() {
    let course = Course::new("quiz", &[("09_example.md", SOURCE)]);
    assert!(course.build(&[]).success);
    assert!(course.read("solutions/09_example.ipynb").contains(r#"quiz(\"9.q1\", \"b\")"#));
    assert!(course.read("notebooks/09_example.ipynb").contains(r#"quiz(\"9.q1\", \"?\")"#));
    let message =
        "a quiz cell is one line such as `quiz(\"9.q1\", \"b\")`, with the right letter";
    rejects_at("quiz", "quiz(\"9.q1\", \"b\")", "quiz(\"9.q1\", \"?\")", "quiz(", message);
}

#[test]
fn the_first_cells_load_the_library() {
    let dep = ":dep aif-lib = { path = \"../aif-lib\", features = [\"plot\"] }";
    let message =
        "the first code cell is exactly `:dep aif-lib = { path = \"../aif-lib\" }`";
    for (i, bad) in [
        ":dep aif-lib = { path = \"../../aif-lib\" }",
        ":dep aif-lib = { path = \"../aif-lib\", features = [plot] }",
        ":dep aif-lib = { path = \"../aif-lib\" }\n:dep rand",
        "let a = 1;",
    ]
    .iter()
    .enumerate()
    {
        let source = with(dep, bad);
        let line = line_of(SOURCE, dep);
        rejects(&format!("dep {i}"), &source, &[(line, message)]);
    }
    let message = "the second code cell is exactly `use aif_lib::prelude::*;`";
    let prelude = "use aif_lib::prelude::*;";
    rejects_at("prelude", prelude, "use aif_lib::*;", "use aif_lib", message);
    let source = SOURCE.split("```{code-cell}").next().unwrap();
    let message = "there is no code cell; the first one is `:dep aif-lib = { path = \"../aif-lib\" }`";
    rejects("no code", source, &[(1, message)]);
    let plain = with(dep, ":dep aif-lib = { path = \"../aif-lib\" }");
    assert!(Course::new("plain dep", &[("09_example.md", &plain)]).build(&[]).success);
}

/// The claim of the fixture.
const CLAIM: &str =
    r#"claim("a belief sums to one", (q.iter().sum::<f64>() - 1.0).abs() < 1e-12)"#;

#[test]
fn claims_rest_on_something_computed_and_citations_on_the_reading_list() {
    let vacuous = r#"claim("a belief sums to one", q == q)"#;
    let message = "this claim compares `q` with itself; compare it with something else";
    rejects_at("vacuous claim", CLAIM, vacuous, vacuous, message);

    let list = "\n## Further reading\n\n- Bayes, T. (1763). An essay. *Phil. Trans.*\n";
    let cited = format!("{}\nSo said Price (1764), and Bayes.\n{list}", SOURCE.trim_end());
    let message = "Price 1764 is cited, but is not in the reading list; add it";
    let line = line_of(&cited, "So said");
    rejects("citation", &cited, &[(line, message)]);

    let text = with(CLAIM, &CLAIM.replace("sums to one", "sums to 3"));
    let course = Course::new("warnings", &[("09_example.md", &text)]);
    let quiet = course.build(&[]);
    assert!(quiet.success && !quiet.stdout.contains("the sentence has"));
    let loud = course.build(&["--warnings"]);
    let line = line_of(&text, "sums to 3");
    assert!(
        loud.success
            && loud.stdout.starts_with(&format!("{NAME}:{line}: the sentence has 3,"))
    );
}

#[test]
fn code_cells_are_short_and_not_empty() {
    let lines = |n: usize| "let a = 1;\n\n".repeat(n);
    let course = Course::new("25 lines", &[("09_example.md", &with(CLAIM, &lines(25)))]);
    assert!(course.build(&[]).success);
    let message =
        "this code cell has 26 lines, over 25; split it, or move the plumbing into aif-lib";
    rejects_at("26 lines", CLAIM, &lines(26), "let a = 1;", message);
    let source = with(CLAIM, "");
    let line = line_of(SOURCE, CLAIM);
    rejects("empty", &source, &[(line, "this code cell is empty; fill or remove it")]);
}

#[test]
fn exercises_have_an_answer_a_check_and_hints() {
    let message = "exercise 9.2 has 2 hints, under 3; add <details><summary>Hint 1</summary> ... \
                   </details>";
    let hint = "<details><summary>Hint 2</summary>b</details>";
    rejects_at(
        "hints",
        hint,
        "<details><summary>Hit</summary>b</details>",
        "fn half",
        message,
    );
    let hint = "<summary>Hint 3: nearly code</summary>";
    let message = message.replace("9.2", "9.1");
    rejects_at("own hints", hint, "<summary>Plan</summary>", "fn predict", &message);

    let source = with("check, check:9.2", "claim");
    let message =
        "exercise 9.2 has no check after it; add a cell with tags [check, \"check:9.2\"]";
    rejects("no check", &source, &[(line_of(&source, "fn half"), message)]);
    let check = "```{code-cell} rust\n:tags: [check, check:9.3]\nm09::check_3()\n```";
    let message = "check 9.3 has no exercise 9.3 before it; add it, or its tags";
    rejects_at("no exercise", "The end.", check, "check_3", message);

    let source = with("exercise:9.2", "exercise:9.1").replace("check:9.2", "check:9.1");
    let first = line_of(&source, "fn predict");
    let exercise = format!("exercise 9.1 is there twice, first on line {first}");
    let first = line_of(&source, "check_1");
    let check = format!("check 9.1 is there twice, first on line {first}");
    let lines = [line_of(&source, "fn half"), line_of(&source, "check_2")];
    rejects("twice", &source, &[(lines[0], &exercise), (lines[1], &check)]);
}

#[test]
fn solution_markers_are_checked() {
    let begin = "    // BEGIN SOLUTION\n    0.5";
    let end = "    0.5\n    // END SOLUTION";
    let both = "    // BEGIN SOLUTION\n    0.5\n    // END SOLUTION";
    let message = "an exercise has no `// BEGIN SOLUTION` and `// END SOLUTION`; put them around \
                   the answer";
    rejects_at("no markers", both, "    0.5", "fn half", message);
    let half = line_of(SOURCE, "fn half");
    let message = "`// BEGIN SOLUTION` without `// END SOLUTION` after it";
    rejects("no end", &with(end, "    0.5"), &[(half + 1, message)]);
    let message = "`// END SOLUTION` without `// BEGIN SOLUTION` before it";
    rejects("no begin", &with(begin, "    0.5"), &[(half + 2, message)]);
    let message = format!(
        "`// BEGIN SOLUTION` again; the one of line {} has no `// END SOLUTION` yet",
        half + 1
    );
    let twice = format!("    // BEGIN SOLUTION\n{begin}");
    rejects("begin twice", &with(begin, &twice), &[(half + 2, &message)]);
    let message = "write the marker as `// BEGIN SOLUTION`, alone on its line";
    let source = with(begin, "    //BEGIN SOLUTION\n    0.5");
    rejects("spelling", &source, &[(half + 1, message)]);
    let message =
        "`// BEGIN SOLUTION` at the margin; an exercise is a function, with this inside it";
    rejects("at the margin", &with(begin, begin.trim_start()), &[(half + 1, message)]);
    let message = "`// BEGIN SOLUTION` outside an exercise; add the tags of an exercise, or remove it";
    let source = with("m09::check_2", "// BEGIN SOLUTION\nm09::check_2");
    rejects("outside", &source, &[(line_of(&source, "m09::check_2") - 1, message)]);
}
