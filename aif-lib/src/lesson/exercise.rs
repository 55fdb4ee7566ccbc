//! [`Exercise`]: tests in the order in which a student should hear of them, and the wrong answers that are known.

use crate::caught::caught;

use super::verdict::{Kind, Outcome, Verdict};

/// One test of an answer of type `F`, a function pointer.
#[derive(Debug, Clone, Copy)]
pub struct Test<F> {
    /// A short code for what the test finds.
    pub code: &'static str,
    /// `None` when the answer passes; otherwise the sentence that says what is wrong.
    pub run: fn(F) -> Option<String>,
}

/// A wrong answer that students give, with the sentence that helps them.
#[derive(Debug, Clone, Copy)]
pub struct Wrong<F> {
    /// A short code for the mistake.
    pub code: &'static str,
    /// What the student reads.
    pub sentence: &'static str,
    /// The mistake itself.
    pub answer: F,
}

/// An exercise: how an answer of type `F` is judged.
#[derive(Debug, Clone)]
pub struct Exercise<F: 'static> {
    /// Its number, such as `9.2`.
    pub id: &'static str,
    /// Numbers that tell answers apart: two answers with the same fingerprint made the same mistake.
    pub fingerprint: fn(F) -> Vec<f64>,
    /// Shape, normalisation, a hand-worked number, a property on random input, an edge case; the first failure is told.
    pub tests: Vec<Test<F>>,
    /// The known mistakes.
    pub wrong: Vec<Wrong<F>>,
    /// An answer that passes.
    pub reference: F,
}

impl<F: Copy + 'static> Exercise<F> {
    /// Judges an answer.
    ///
    /// A panic is caught here: `todo!()` means that the exercise is still open, any other panic is reported. A wrong answer
    /// that is known gets its own sentence; any other gets the sentence of the first test that it fails.
    pub fn check(&self, answer: F) -> Verdict {
        let verdict = |outcome, code: &str, text: &str| {
            Verdict::new(Kind::Check, self.id, outcome, code, text)
        };
        match caught(|| self.first_failure(answer)) {
            Ok(None) => verdict(Outcome::Pass, "", "Correct."),
            Ok(Some((code, sentence))) => verdict(Outcome::Fail, code, &sentence),
            Err(message) if message.starts_with("not yet implemented") => verdict(
                Outcome::Todo,
                "",
                "Replace todo!() with your answer, then run this cell again.",
            ),
            Err(message) => verdict(
                Outcome::Error,
                "panic",
                &format!("Your function panicked: {message}"),
            ),
        }
    }

    fn first_failure(&self, answer: F) -> Option<(&'static str, String)> {
        let (test, sentence) = self
            .tests
            .iter()
            .find_map(|t| (t.run)(answer).map(|sentence| (t, sentence)))?;
        let known = caught(|| (self.fingerprint)(answer)).ok().and_then(|given| {
            self.wrong.iter().find(|wrong| alike(&given, &(self.fingerprint)(wrong.answer)))
        });
        Some(known.map_or((test.code, sentence), |wrong| {
            (wrong.code, wrong.sentence.to_string())
        }))
    }
}

fn alike(a: &[f64], b: &[f64]) -> bool {
    let close =
        |(a, b): (&f64, &f64)| (a - b).abs() < 1e-9 || a == b || (a.is_nan() && b.is_nan());
    a.len() == b.len() && a.iter().zip(b).all(close)
}

#[cfg(test)]
mod tests {
    use super::*;

    type Double = fn(f64) -> f64;

    fn exercise() -> Exercise<Double> {
        Exercise {
            id: "0.1",
            fingerprint: |f| vec![f(1.0), f(3.0)],
            tests: vec![Test {
                code: "number",
                run: |f| {
                    (f(3.0) != 6.0)
                        .then(|| format!("f(3) should be 6, yours is {}", f(3.0)))
                },
            }],
            wrong: vec![Wrong {
                code: "square",
                sentence: "That squares.",
                answer: |x| x * x,
            }],
            reference: |x| 2.0 * x,
        }
    }

    #[test]
    #[allow(clippy::todo)] // The stub of an unsolved exercise.
    fn every_outcome() {
        let judge = |answer: Double| {
            let verdict = exercise().check(answer);
            (verdict.outcome(), verdict.code().to_string(), verdict.sentence().to_string())
        };
        assert_eq!(judge(|x| 2.0 * x).0, Outcome::Pass);
        assert_eq!(
            judge(|x| x.powi(2)),
            (Outcome::Fail, "square".into(), "That squares.".into())
        );
        assert_eq!(
            judge(|_| 7.0),
            (Outcome::Fail, "number".into(), "f(3) should be 6, yours is 7".into())
        );
        assert_eq!(judge(|_| todo!("Exercise 0.1")).0, Outcome::Todo);
        assert!(judge(|_| panic!("boom")).2.contains("boom"));
    }
}
