//! Every exercise, quiz and claim: the right answer passes, the stub is TODO, and nothing wrong passes for right.
//!
//! Everything here walks `MODULES`. Wrong answers are made by machine from the reference: its numbers are changed.

#![allow(clippy::todo)] // The stubs of unsolved exercises.

use std::collections::HashSet;
use std::fs;

use aif_lib::lesson::{AnyExercise, At, MODULES, Module, Numbers, Outcome, claim, quiz};

fn exercises() -> Vec<Box<dyn AnyExercise>> {
    MODULES.iter().flat_map(|module| (module.exercises)()).collect()
}

/// What is wrong with the exercises, all at once.
fn no_faults(faults: impl Fn(&dyn AnyExercise, &mut dyn FnMut(String))) {
    let mut all = Vec::new();
    for exercise in exercises() {
        let id = exercise.id();
        faults(exercise.as_ref(), &mut |fault| all.push(format!("{id}: {fault}")));
    }
    assert!(all.is_empty(), "{} faults:\n{}", all.len(), all.join("\n"));
}

type Change = fn(&mut Vec<f64>);

/// The reference's numbers, all changed.
fn changed(mut numbers: Numbers, change: Change) -> Numbers {
    change(&mut numbers.values);
    if numbers.shape.len() == 1 {
        numbers.shape = vec![numbers.values.len()];
    }
    numbers
}

#[test]
fn the_reference_passes_and_the_stub_is_todo() {
    no_faults(|exercise, fault| {
        let verdict = exercise.judge_changed(None, &|_, numbers| numbers);
        if !verdict.passed() {
            fault(format!("the reference: {}", verdict.sentence()));
        }
        let stub = exercise.judge_changed(None, &|_, _| todo!("Exercise"));
        if stub.outcome() != Outcome::Todo {
            fault(format!("the stub: {}", stub.sentence()));
        }
    });
}

#[test]
fn every_known_mistake_gets_its_own_sentence() {
    no_faults(|exercise, fault| {
        let mistakes = exercise.mistakes();
        if !(2..=6).contains(&mistakes.len()) {
            fault(format!("{} known mistakes", mistakes.len()));
        }
        for (k, (code, sentence)) in mistakes.iter().enumerate() {
            let verdict = exercise.judge_mistake(k);
            let told = (verdict.outcome(), verdict.code(), verdict.sentence());
            if told != (Outcome::Fail, *code, *sentence) {
                fault(format!("{code}: {} ({})", verdict.sentence(), verdict.code()));
            }
        }
        let tests = exercise.tests();
        let codes =
            tests.iter().chain(&[("shape", 0.0), ("nan", 0.0), ("normalised", 0.0)]);
        let codes: Vec<&str> =
            codes.map(|(code, _)| *code).chain(mistakes.iter().map(|m| m.0)).collect();
        let twice = codes.len() - codes.iter().collect::<HashSet<_>>().len();
        // A known mistake may be named as what the machine would say of it.
        let named = mistakes.iter().filter(|(code, _)| *code == "normalised").count();
        if twice != named {
            fault(format!("a code twice among {codes:?}"));
        }
    });
}

#[test]
fn odd_numbers_never_pass() {
    let changes: [(&str, Change); 10] = [
        ("all NaN", |values| values.iter_mut().for_each(|x| *x = f64::NAN)),
        ("all infinite", |values| values.iter_mut().for_each(|x| *x = f64::INFINITY)),
        ("all minus infinite", |values| {
            values.iter_mut().for_each(|x| *x = -f64::INFINITY)
        }),
        ("all 0", |values| values.iter_mut().for_each(|x| *x = 0.0)),
        ("the sign", |values| values.iter_mut().for_each(|x| *x = -*x)),
        ("clipped at 0", |values| values.iter_mut().for_each(|x| *x = x.max(0.0))),
        ("clipped at 1e-8", |values| values.iter_mut().for_each(|x| *x = x.max(1e-8))),
        ("nothing", Vec::clear),
        ("the last missing", |values| values.truncate(values.len().saturating_sub(1))),
        ("one too many", |values| values.push(0.0)),
    ];
    no_faults(|exercise, fault| {
        for (name, change) in changes {
            // Where all is 0 or more, clipping at 0 changes nothing: then there is nothing to find.
            let same = |(_, right): (At, Numbers)| changed(right.clone(), change) == right;
            let verdict = exercise.judge_changed(None, &|_, right| changed(right, change));
            if verdict.passed() && !exercise.right().into_iter().all(same) {
                fault(format!("{name} passes"));
            }
        }
    });
}

/// The `i`-th number moved beyond what the test allows; one too many where there are none.
fn moved(numbers: &mut Numbers, i: usize, tolerance: f64) {
    match numbers.values.get_mut(i) {
        Some(x) if x.is_finite() => *x += 2.0 * tolerance,
        Some(x) => *x = 36.0,
        None => {
            numbers.values.push(1.0);
            numbers.shape = vec![numbers.values.len()];
        }
    }
}

#[test]
fn every_number_of_every_case_counts() {
    no_faults(|exercise, fault| {
        let tests = exercise.tests();
        for (at, right) in exercise.right() {
            let (code, tolerance) = tests[at.test];
            let largest = right.values.iter().fold(0.0, |most: f64, x| most.max(x.abs()));
            if tolerance > 1e-9 && tolerance > 0.5 * largest {
                fault(format!("{code} lets pass what is {tolerance} off"));
            }
            for i in 0..right.values.len().max(1) {
                let one = |here: At, mut numbers: Numbers| {
                    if here == at {
                        moved(&mut numbers, i, tolerance);
                    }
                    numbers
                };
                let nan = |here: At, mut numbers: Numbers| {
                    if here == at && i < numbers.values.len() {
                        numbers.values[i] = f64::NAN;
                    }
                    numbers
                };
                if exercise.judge_changed(None, &one).passed() {
                    fault(format!("{code}, case {}: number {i} is not looked at", at.case));
                }
                let known = right.values.get(i).is_none_or(|x| x.is_nan());
                if !known && exercise.judge_changed(None, &nan).passed() {
                    fault(format!("{code}, case {}: NaN passes for number {i}", at.case));
                }
            }
        }
    });
}

/// An answer that is wrong only where one test looks passes without that test, and fails with it.
#[test]
fn no_test_can_be_left_out() {
    no_faults(|exercise, fault| {
        for (t, (code, tolerance)) in exercise.tests().into_iter().enumerate() {
            let wrong_there = |here: At, mut numbers: Numbers| {
                if here.test == t {
                    moved(&mut numbers, 0, tolerance);
                }
                numbers
            };
            let with = exercise.judge_changed(None, &wrong_there);
            let without = exercise.judge_changed(Some(t), &wrong_there);
            if with.passed() || !without.passed() {
                fault(format!("{code} adds nothing to the other tests"));
            }
        }
    });
}

/// The parts of a module's source: what its file of checks is called, and its text.
fn sources() -> Vec<(String, String)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../solutions");
    let files = fs::read_dir(folder).expect("the solutions are beside the library");
    let files = files.map(|entry| entry.expect("a readable folder").path());
    let modules = files.filter(|path| path.extension().is_some_and(|e| e == "md"));
    let file = |path: &std::path::Path| {
        let number = path.file_name()?.to_str()?.get(..2)?;
        let digits = number.parse::<usize>().is_ok();
        Some(if digits { format!("m{number}") } else { number.to_lowercase() })
    };
    modules
        .filter_map(|path| Some((file(&path)?, fs::read_to_string(&path).ok()?)))
        .collect()
}

/// The letters of `(question, letter)` that a key says.
fn key(module: &Module) -> Vec<(String, String)> {
    let pair = |choice: &str| {
        let (question, letter) = choice.split_once(' ').expect("a number and a letter");
        (format!("{}.q{question}", module.label()), letter.to_string())
    };
    module.quiz.split(", ").map(pair).collect()
}

/// The key against the text: the choice that the module's own explanation calls right.
#[test]
fn the_key_says_what_the_explanations_say() {
    let sources = sources();
    for module in MODULES {
        let (_, text) = sources
            .iter()
            .find(|(file, _)| *file == module.file())
            .expect("every module of checks has a source");
        let told: Vec<(String, String)> = text
            .split("**Question ")
            .skip(1)
            .map(|question| {
                let (id, rest) = question.split_once(".**").expect("a number");
                let right: Vec<&str> = rest
                    .split("<summary>")
                    .skip(1)
                    .filter(|choice| {
                        let why =
                            choice.split_once("</summary>").map_or("", |(_, why)| why);
                        why.trim_start().starts_with("Yes")
                    })
                    .map(|choice| &choice[..1])
                    .collect();
                assert_eq!(
                    right.len(),
                    1,
                    "question {id}: one choice is explained as right"
                );
                (id.to_string(), right[0].to_string())
            })
            .collect();
        assert_eq!(key(module), told, "module {}", module.label());
    }
}

#[test]
fn every_exercise_has_its_cell_and_every_file_of_checks_its_place() {
    let checked = |(file, text): &(String, String)| {
        let call = format!("{file}::check_");
        let calls = text.lines().filter(|line| line.starts_with(&call));
        let id = |line: &str| {
            line[call.len()..]
                .split('(')
                .next()
                .map(|id| id.replace('_', ".").to_uppercase())
        };
        calls.filter_map(id).collect::<Vec<String>>()
    };
    let mut cells: Vec<String> = sources().iter().flat_map(checked).collect();
    let mut ids: Vec<String> = exercises().iter().map(|e| e.id().to_string()).collect();
    cells.sort();
    ids.sort();
    assert_eq!(cells, ids);

    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lesson");
    let names = fs::read_dir(folder).expect("the sources are there");
    let mut files: Vec<String> = names
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.starts_with(['a', 'm']) && name.as_bytes()[1].is_ascii_digit())
        .collect();
    files.sort();
    let mut listed: Vec<String> =
        MODULES.iter().map(|m| format!("{}.rs", m.file())).collect();
    listed.sort();
    assert_eq!(files, listed);
}

#[test]
fn quiz_answers() {
    for (id, right) in MODULES.iter().flat_map(key) {
        assert_eq!(quiz(&id, "?").outcome(), Outcome::Todo);
        assert!(quiz(&id, &right).passed() && quiz(&id, &right.to_uppercase()).passed());
        let wrong = ["a", "b", "c", "d"].iter().filter(|letter| **letter != right);
        wrong.for_each(|letter| assert_eq!(quiz(&id, letter).outcome(), Outcome::Fail));
        assert_eq!(quiz(&id, "yes").outcome(), Outcome::Error);
    }
    for id in ["9.q99", "9.q", "9", "99.q1", "09.q1", ""] {
        assert_eq!(quiz(id, "a").outcome(), Outcome::Error, "{id}");
    }
}

#[test]
fn a_claim_holds_if_and_only_if_its_condition_does() {
    for length in [0, 1, 10, 40, 79, 80, 81, 100, 200, 500, 5000] {
        let sentence = "x".repeat(length);
        let (holds, fails) = (claim(&sentence, true), claim(&sentence, false));
        assert_eq!((holds.outcome(), fails.outcome()), (Outcome::Pass, Outcome::Fail));
        assert_eq!((holds.sentence(), fails.sentence()), (&*sentence, &*sentence));
    }
}
