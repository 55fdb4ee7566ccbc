//! Lessons: claims that a notebook proves, checks that say what is wrong, quiz answers.
//!
//! A claim, a check and a quiz answer are values of one type, [`Verdict`]. Shown at the end of a cell, it is a card with
//! a symbol and a word; a harness reads the same verdict from the card's machine-readable twin.
//!
//! Each module of the course has a file of checks here, named after it, and a place in [`MODULES`]. All that looks at
//! all exercises walks that list: to add an exercise is to write it down once, in its module's file.

pub mod a2;
pub mod a3;
pub mod a4;
mod exercise;
pub mod m00;
pub mod m01;
pub mod m02;
pub mod m03;
pub mod m04;
pub mod m05;
pub mod m06;
pub mod m07;
pub mod m08;
pub mod m09;
pub mod m10;
pub mod m11;
pub mod m12;
pub mod m13;
pub mod m14;
pub mod m15;
pub mod m16;
pub mod m17;
mod progress;
mod support;
mod verdict;

pub use exercise::{AnyExercise, At, Exercise, Numbers};
pub use progress::{Progress, progress};
pub use verdict::{Kind, Outcome, Verdict};

/// What a module of the course asks of its readers.
#[derive(Debug, Clone, Copy)]
pub struct Module {
    /// Its number; for an appendix, [`Module::APPENDICES`] and its own.
    pub number: usize,
    /// The right choice of each question, such as `"1 b, 2 d"`.
    pub quiz: &'static str,
    /// Its exercises.
    pub exercises: fn() -> Vec<Box<dyn AnyExercise>>,
}

impl Module {
    /// The number of appendix A0, so that all modules have numbers in order.
    pub const APPENDICES: usize = 100;

    /// What its questions and exercises begin with: `9`, or `A2` for an appendix.
    pub fn label(&self) -> String {
        match self.number.checked_sub(Self::APPENDICES) {
            Some(appendix) => format!("A{appendix}"),
            None => self.number.to_string(),
        }
    }

    /// What its file of checks is called: `m09`, or `a2` for an appendix.
    pub fn file(&self) -> String {
        match self.number.checked_sub(Self::APPENDICES) {
            Some(appendix) => format!("a{appendix}"),
            None => format!("m{:02}", self.number),
        }
    }
}

/// All modules.
pub const MODULES: &[Module] = &[
    m00::MODULE,
    m01::MODULE,
    m02::MODULE,
    m03::MODULE,
    m04::MODULE,
    m05::MODULE,
    m06::MODULE,
    m07::MODULE,
    m08::MODULE,
    m09::MODULE,
    m10::MODULE,
    m11::MODULE,
    m12::MODULE,
    m13::MODULE,
    m14::MODULE,
    m15::MODULE,
    m16::MODULE,
    m17::MODULE,
    a2::MODULE,
    a3::MODULE,
    a4::MODULE,
];

/// States a result and proves it: the sentence holds if, and only if, the condition is true.
///
/// ```
/// # use aif_lib::prelude::*;
/// let g = closed_loop(&tmaze::model(0.9, &tmaze::PREFERENCE)?, &Categorical::one_hot(8, 0), 2, Backup::Max)?;
/// let verdict = claim("An animal that knows its side goes straight to the arm.", g[2].total() < g[1].total());
/// assert!(verdict.passed());
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn claim(sentence: &str, holds: bool) -> Verdict {
    let outcome = if holds { Outcome::Pass } else { Outcome::Fail };
    Verdict::new(Kind::Claim, "", outcome, if holds { "" } else { "false" }, sentence)
}

/// Answers a question of a quiz, such as `9.q1`, with the letter of a choice; `"?"` leaves it open.
pub fn quiz(id: &str, letter: &str) -> Verdict {
    let verdict =
        |outcome, code, text: &str| Verdict::new(Kind::Quiz, id, outcome, code, text);
    let Some(right) = right_choice(id) else {
        return verdict(Outcome::Error, "unknown", "There is no question of this number.");
    };
    match letter.trim().to_lowercase().as_str() {
        "?" | "" => verdict(
            Outcome::Todo,
            "",
            "Put the letter of your answer in place of the question mark.",
        ),
        answer if answer == right => verdict(
            Outcome::Pass,
            "",
            "Right. Open the other choices, too: each says why it is wrong.",
        ),
        "a" | "b" | "c" | "d" => verdict(
            Outcome::Fail,
            "wrong",
            "Not this one. Open the choice above to read why, then try another.",
        ),
        _ => verdict(Outcome::Error, "letter", "Answer with one letter: a, b, c or d."),
    }
}

fn right_choice(id: &str) -> Option<&'static str> {
    let (module, question) = id.split_once(".q")?;
    let module = MODULES.iter().find(|m| m.label() == module)?;
    let mut choices = module.quiz.split(", ").filter_map(|choice| choice.split_once(' '));
    choices.find(|(number, _)| *number == question).map(|(_, letter)| letter)
}
