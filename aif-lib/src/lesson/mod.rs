//! Lessons: claims that a notebook proves, checks that say what is wrong, quiz answers.
//!
//! A claim, a check and a quiz answer are values of one type, [`Verdict`]. Shown at the end of a cell, it is a card with
//! a symbol and a word; a harness reads the same verdict from the card's machine-readable twin.
//!
//! Each module of the course has a file of checks here, named after it.

mod exercise;
pub mod m01;
pub mod m02;
pub mod m03;
pub mod m04;
pub mod m05;
pub mod m06;
pub mod m08;
pub mod m09;
pub mod m10;
pub mod m13;
mod support;
mod verdict;

pub use exercise::{Exercise, Test, Wrong};
pub use verdict::{Kind, Outcome, Verdict};

/// The keys of all quizzes, module by module.
pub const KEYS: [&[(&str, &str)]; 10] = [
    m01::QUIZ,
    m02::QUIZ,
    m03::QUIZ,
    m04::QUIZ,
    m05::QUIZ,
    m06::QUIZ,
    m08::QUIZ,
    m09::QUIZ,
    m10::QUIZ,
    m13::QUIZ,
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

/// Answers a question of a quiz with the letter of a choice; `"?"` leaves it open.
///
/// The key of every quiz is in its module's file here.
pub fn quiz(id: &str, letter: &str) -> Verdict {
    let verdict =
        |outcome, code, text: &str| Verdict::new(Kind::Quiz, id, outcome, code, text);
    let Some((_, right)) = KEYS.concat().into_iter().find(|(question, _)| *question == id)
    else {
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
