//! [`Verdict`]: what a claim, a check or a quiz answer comes to, and how it looks.

use std::fmt;

use serde_json::json;

use super::progress;
use crate::show::{bundle, debug, escape};

/// What was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A sentence that states a result.
    Claim,
    /// The answer to an exercise.
    Check,
    /// The answer to a question.
    Quiz,
}

/// What the judgement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Pass,
    /// It does not hold.
    Fail,
    /// Not answered yet.
    Todo,
    /// The answer could not be judged: it panicked.
    Error,
}

/// A judgement. Leave it as the last expression of a cell to show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Verdict {
    kind: Kind,
    id: String,
    outcome: Outcome,
    code: String,
    sentence: String,
}

impl Verdict {
    pub(crate) fn new(
        kind: Kind,
        id: &str,
        outcome: Outcome,
        code: &str,
        sentence: &str,
    ) -> Self {
        Self { kind, id: id.into(), outcome, code: code.into(), sentence: sentence.into() }
    }

    /// Whether it is a pass.
    pub fn passed(&self) -> bool {
        self.outcome == Outcome::Pass
    }

    /// The judgement.
    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// A short code for the reason, such as the name of a known wrong answer; empty for a pass.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the student reads.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    fn words(&self) -> (&'static str, &'static str) {
        match self.outcome {
            Outcome::Pass => ("✓", "PASS"),
            Outcome::Fail => ("✗", "FAIL"),
            Outcome::Todo => ("○", "TODO"),
            Outcome::Error => ("!", "ERROR"),
        }
    }

    fn title(&self) -> String {
        match self.kind {
            Kind::Claim => "Claim".to_string(),
            Kind::Check => format!("Exercise {}", self.id),
            Kind::Quiz => format!("Question {}", self.id),
        }
    }

    /// The card as HTML. The symbol and the word carry the verdict; colour only repeats it.
    pub fn html(&self) -> String {
        let (symbol, word) = self.words();
        let colour = match self.outcome {
            Outcome::Pass => "#2e8b57",
            Outcome::Fail | Outcome::Error => "#d1495b",
            Outcome::Todo => "#8a8f98",
        };
        card(colour, &format!("{symbol} {word}"), &self.title(), &self.sentence)
    }

    fn text(&self) -> String {
        let (symbol, word) = self.words();
        format!("{symbol} {word} · {} — {}", self.title(), self.sentence)
    }

    fn bundle(&self) -> String {
        let kind = format!("{:?}", self.kind).to_lowercase();
        let machine = json!({
            "kind": kind, "id": self.id, "verdict": self.words().1, "code": self.code, "sentence": self.sentence,
        });
        bundle(&[
            ("text/html", &self.html()),
            ("text/plain", &self.text()),
            ("application/vnd.aif.verdict+json", &machine.to_string()),
        ])
    }

    /// What a notebook shows. A check that is shown is noted.
    fn shown(&self) -> String {
        if self.kind == Kind::Check {
            progress::record(&self.id, self.words().1);
        }
        self.bundle()
    }

    /// Shows the verdict in a notebook: a card, its text twin, and the verdict for machines, in one bundle.
    pub fn evcxr_display(&self) {
        println!("{}", self.shown());
    }
}

/// A card as HTML: a coloured edge, what counts in bold, and a sentence.
pub(super) fn card(colour: &str, bold: &str, title: &str, sentence: &str) -> String {
    format!(
        "<div role=\"status\" style=\"border-left:4px solid {colour};padding:.35em .8em;margin:.2em 0;\
         background:{colour}1f;font-family:system-ui,sans-serif\"><b>{bold}</b> · {} — {}</div>",
        escape(title),
        sentence.lines().map(escape).collect::<Vec<_>>().join("<br>")
    )
}

/// The text twin of the card.
impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        debug(f, &self.text(), &self.text(), &|| self.shown())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that the judge of the notebooks reads: `course` has them too, for it must not depend on this library.
    #[test]
    fn the_twin_for_machines_says_what_the_judge_reads() {
        let kinds = [Kind::Claim, Kind::Check, Kind::Quiz];
        let outcomes = [Outcome::Pass, Outcome::Fail, Outcome::Todo, Outcome::Error];
        for (kind, name) in kinds.into_iter().zip(["claim", "check", "quiz"]) {
            for (outcome, word) in
                outcomes.into_iter().zip(["PASS", "FAIL", "TODO", "ERROR"])
            {
                let bundle = Verdict::new(kind, "9.1", outcome, "sign", "Why.").bundle();
                assert!(bundle.contains("application/vnd.aif.verdict+json"));
                let twin = format!(
                    r#"{{"code":"sign","id":"9.1","kind":"{name}","sentence":"Why.","verdict":"{word}"}}"#
                );
                assert!(bundle.contains(&twin), "{bundle}");
            }
        }
    }

    #[test]
    fn a_pass_is_green_a_failure_red_and_an_open_question_grey() {
        let colour = |outcome| {
            let card = Verdict::new(Kind::Claim, "", outcome, "", "A sentence.").html();
            let hex = card.split_once("solid #").expect("a border").1[..6].to_string();
            let part = |i: usize| i32::from_str_radix(&hex[i..i + 2], 16).expect("hex");
            (part(0), part(2), part(4))
        };
        let (red, green, _) = colour(Outcome::Pass);
        assert!(green > red + 50);
        for outcome in [Outcome::Fail, Outcome::Error] {
            let (red, green, _) = colour(outcome);
            assert!(red > green + 50);
        }
        let (red, green, blue) = colour(Outcome::Todo);
        assert!((red - green).abs() < 30 && (green - blue).abs() < 30);
    }

    #[test]
    fn a_card_says_its_verdict_without_colour_and_escapes_what_a_student_wrote() {
        let card =
            Verdict::new(Kind::Check, "9.1", Outcome::Fail, "sign", "a < b & c").html();
        assert!(
            card.contains("✗ FAIL")
                && card.contains("Exercise 9.1")
                && card.contains("a &lt; b &amp; c")
        );
    }
}
