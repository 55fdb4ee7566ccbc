//! [`Exercise`]: tests in the order in which a student should hear of them, and the wrong answers that are known.
//!
//! Everything is data: an input, the numbers that are right there, a sentence. An answer is right if its numbers are,
//! everywhere; a NaN is never close to anything.

use std::fmt::Debug;

use ndarray::{Array2, Array3};

use super::verdict::{Kind, Outcome, Verdict};
use crate::caught::caught;

/// The numbers that an answer gives, with their shape.
#[derive(Debug, Clone, PartialEq)]
pub struct Numbers {
    /// One length for each axis; empty for a single number.
    pub shape: Vec<usize>,
    /// The numbers, the last index running fastest.
    pub values: Vec<f64>,
}

impl From<f64> for Numbers {
    fn from(x: f64) -> Self {
        Self { shape: vec![], values: vec![x] }
    }
}

impl From<Vec<f64>> for Numbers {
    fn from(values: Vec<f64>) -> Self {
        Self { shape: vec![values.len()], values }
    }
}

impl From<Vec<usize>> for Numbers {
    fn from(values: Vec<usize>) -> Self {
        values.into_iter().map(|n| n as f64).collect::<Vec<f64>>().into()
    }
}

impl<const N: usize> From<[f64; N]> for Numbers {
    fn from(values: [f64; N]) -> Self {
        values.to_vec().into()
    }
}

impl From<(f64, f64)> for Numbers {
    fn from((a, b): (f64, f64)) -> Self {
        [a, b].into()
    }
}

impl From<Array2<f64>> for Numbers {
    fn from(a: Array2<f64>) -> Self {
        Self { shape: a.shape().to_vec(), values: a.into_iter().collect() }
    }
}

impl From<Array3<f64>> for Numbers {
    fn from(a: Array3<f64>) -> Self {
        Self { shape: a.shape().to_vec(), values: a.into_iter().collect() }
    }
}

/// Whether `a` may pass for `b`. NaN passes for NaN alone, infinity for infinity.
fn close(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() < tolerance
}

impl Numbers {
    fn close(&self, other: &Self, tolerance: f64) -> bool {
        let mut pairs = self.values.iter().zip(&other.values);
        self.shape == other.shape
            && self.values.len() == other.values.len()
            && pairs.all(|(a, b)| close(*a, *b, tolerance))
    }

    /// Where the number at `i` stands, such as `[1, 2]`.
    fn place(&self, mut i: usize) -> String {
        let mut place = vec![0; self.shape.len()];
        for (index, length) in place.iter_mut().zip(&self.shape).rev() {
            (*index, i) = (i % length, i / length);
        }
        format!("{place:?}")
    }

    /// The first sum over the first axis that is not 1, and where.
    fn not_a_distribution(&self) -> Option<String> {
        let columns = self.shape.iter().skip(1).product::<usize>();
        let sum = |k: usize| self.values.iter().skip(k).step_by(columns).sum::<f64>();
        let k = (0..columns).find(|&k| !close(sum(k), 1.0, 1e-9))?;
        Some(match columns {
            1 => format!("Probabilities sum to 1; yours sum to {:.4}.", sum(0)),
            _ => format!(
                "Every column is a distribution and sums to 1 over the first index; yours at {} sums to {:.4}.",
                Self { shape: self.shape[1..].to_vec(), values: vec![] }.place(k),
                sum(k)
            ),
        })
    }

    /// Two lists as a student should read them: whole if short, else where they first differ, and with as many digits
    /// as it takes to see the difference.
    fn told(&self, right: &Self) -> (String, String) {
        let short = |n: &Self| n.shape.len() < 2 && n.values.len() <= 8;
        let all = (short(self) && short(right)) || self.shape != right.shape;
        let pairs = self.values.iter().zip(&right.values);
        let at = pairs.clone().position(|(a, b)| !close(*a, *b, 1e-9)).unwrap_or(0);
        let whole_numbers = |n: &Self| n.values.iter().all(|x| x.fract() == 0.0);
        let text = |n: &Self, digits: usize| {
            let number = |x: &f64| format!("{x:.digits$}");
            match n.shape.len() {
                0 => number(&n.values[0]),
                _ if all => {
                    format!(
                        "[{}]",
                        n.values.iter().map(number).collect::<Vec<_>>().join(", ")
                    )
                }
                _ => format!("{} at {}", number(&n.values[at]), n.place(at)),
            }
        };
        let from = if whole_numbers(self) && whole_numbers(right) { 0 } else { 4 };
        let digits = (from..17).find(|d| text(self, *d) != text(right, *d)).unwrap_or(4);
        (text(self, digits), text(right, digits))
    }
}

#[derive(Debug)]
struct Case<I> {
    input: I,
    /// The right numbers, worked out by hand; otherwise the reference knows.
    right: Option<Vec<f64>>,
}

#[derive(Debug)]
struct Test<I> {
    code: &'static str,
    sentence: &'static str,
    cases: Vec<Case<I>>,
    tolerance: f64,
    random: bool,
}

#[derive(Debug)]
struct Mistake<F> {
    code: &'static str,
    answer: F,
    sentence: &'static str,
}

/// Which case of which test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The test.
    pub test: usize,
    /// The case.
    pub case: usize,
}

/// An exercise: how an answer of type `F`, a function pointer, is judged by what it makes of inputs of type `I`.
///
/// A sentence may hold `{input}`, `{yours}` and `{right}`; where it does not say `{yours}`, that is added at its end.
/// Its tests and mistakes read as a table, one entry each: rustfmt lets a chain be that holds such long lines.
#[derive(Debug)]
pub struct Exercise<I, F> {
    id: &'static str,
    apply: fn(F, &I) -> Numbers,
    reference: F,
    shape: &'static str,
    distribution: bool,
    tests: Vec<Test<I>>,
    mistakes: Vec<Mistake<F>>,
}

impl<I: Debug, F: Copy> Exercise<I, F> {
    /// An exercise, with what it means to apply an answer to an input, and an answer that is right.
    pub fn new(id: &'static str, apply: fn(F, &I) -> Numbers, reference: F) -> Self {
        let (tests, mistakes) = (Vec::new(), Vec::new());
        Self { id, apply, reference, shape: "", distribution: false, tests, mistakes }
    }

    /// What the answer has one of: "One probability for each act".
    pub fn shape(mut self, sentence: &'static str) -> Self {
        self.shape = sentence;
        self
    }

    /// The answer is a distribution, or one in each column: its sums are told before anything else.
    pub fn distribution(mut self) -> Self {
        self.distribution = true;
        self
    }

    fn test(
        mut self,
        code: &'static str,
        cases: Vec<Case<I>>,
        sentence: &'static str,
    ) -> Self {
        self.tests.push(Test { code, sentence, cases, tolerance: 1e-9, random: false });
        self
    }

    /// A test with numbers that were worked out by hand; the sentence tells them.
    pub fn hand(
        self,
        code: &'static str,
        input: I,
        right: &[f64],
        sentence: &'static str,
    ) -> Self {
        self.test(code, vec![Case { input, right: Some(right.to_vec()) }], sentence)
    }

    /// A test by hand that answers pass when they are near.
    pub fn near(
        mut self,
        code: &'static str,
        input: I,
        right: &[f64],
        tolerance: f64,
        sentence: &'static str,
    ) -> Self {
        self = self.hand(code, input, right, sentence);
        self.tests.last_mut().expect("a test was added").tolerance = tolerance;
        self
    }

    /// A test on an input where the reference knows the right numbers. The sentence says what "should be" them.
    pub fn at(self, code: &'static str, input: I, sentence: &'static str) -> Self {
        self.test(code, vec![Case { input, right: None }], sentence)
    }

    /// A test on twenty random inputs against the reference, from a seed each.
    pub fn random(
        mut self,
        code: &'static str,
        input: fn(u64) -> I,
        sentence: &'static str,
    ) -> Self {
        let cases = (0..20).map(|seed| Case { input: input(seed), right: None }).collect();
        self = self.test(code, cases, sentence);
        self.tests.last_mut().expect("a test was added").random = true;
        self
    }

    /// A wrong answer that students give, with the sentence that helps them.
    pub fn wrong(mut self, code: &'static str, answer: F, sentence: &'static str) -> Self {
        self.mistakes.push(Mistake { code, answer, sentence });
        self
    }

    /// Judges an answer.
    ///
    /// A panic is caught here: `todo!()` means that the exercise is still open, any other panic is reported. A wrong
    /// answer that is known gets its own sentence; any other gets the sentence of the first test that it fails.
    pub fn check(&self, answer: F) -> Verdict {
        self.judge(None, &|_, input| (self.apply)(answer, input))
    }

    fn judge(&self, without: Option<usize>, answer: &dyn Fn(At, &I) -> Numbers) -> Verdict {
        let verdict = |outcome, code: &str, text: &str| {
            Verdict::new(Kind::Check, self.id, outcome, code, text)
        };
        match caught(|| self.first_fault(without, answer)) {
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

    fn first_fault(
        &self,
        without: Option<usize>,
        answer: &dyn Fn(At, &I) -> Numbers,
    ) -> Option<(&'static str, String)> {
        let tests = self.tests.iter().enumerate().filter(|(t, _)| Some(*t) != without);
        let (t, fault) = tests.into_iter().find_map(|(t, test)| {
            let mut cases = test.cases.iter().enumerate();
            let fault = cases.find_map(|(c, case)| {
                let given = answer(At { test: t, case: c }, &case.input);
                self.fault(test, case, &given)
            });
            Some((t, fault?))
        })?;
        let known = self.mistakes.iter().find(|m| self.alike(t, answer, m.answer));
        Some(known.map_or(fault, |mistake| (mistake.code, mistake.sentence.to_string())))
    }

    fn right(&self, case: &Case<I>) -> Numbers {
        let reference = (self.apply)(self.reference, &case.input);
        match &case.right {
            Some(values) => Numbers { shape: reference.shape, values: values.clone() },
            None => reference,
        }
    }

    /// What is wrong with the numbers given for a case: code and sentence.
    fn fault(
        &self,
        test: &Test<I>,
        case: &Case<I>,
        given: &Numbers,
    ) -> Option<(&'static str, String)> {
        let right = self.right(case);
        if given.close(&right, test.tolerance) {
            return None;
        }
        if given.shape != right.shape && !self.shape.is_empty() {
            let size = |n: &Numbers| match n.shape[..] {
                [length] => length.to_string(),
                _ => format!("({})", format!("{:?}", n.shape).trim_matches(['[', ']'])),
            };
            let (size, yours) = (size(&right), size(given));
            return Some((
                "shape",
                format!("{} makes {size}; yours has {yours}.", self.shape),
            ));
        }
        let (yours, right_text) = given.told(&right);
        let mut sentence = test.sentence.to_string();
        if case.right.is_none() && !sentence.contains("{right}") {
            sentence += " should be {right}";
        }
        if !sentence.contains("{yours}") {
            sentence += "; yours is {yours}.";
        }
        let sentence = sentence
            .replace("{input}", &format!("{:.3?}", case.input))
            .replace("{right}", &right_text)
            .replace("{yours}", &yours);
        if given.values.iter().any(|x| x.is_nan()) {
            let why = "NaN is what 0 / 0, 0 · ∞, ∞ − ∞ and the logarithm of a negative number give.";
            return Some(("nan", format!("{sentence} {why}")));
        }
        let sums = self.distribution && right.not_a_distribution().is_none();
        Some(match given.not_a_distribution().filter(|_| sums) {
            Some(sum) => ("normalised", sum),
            None => (test.code, sentence),
        })
    }

    /// Whether an answer makes this mistake: the same numbers up to the test that it failed, and on random inputs.
    fn alike(&self, failed: usize, answer: &dyn Fn(At, &I) -> Numbers, mistake: F) -> bool {
        let tests = self.tests.iter().enumerate();
        tests.filter(|(t, test)| *t <= failed || test.random).all(|(t, test)| {
            test.cases.iter().enumerate().all(|(c, case)| {
                let given = caught(|| answer(At { test: t, case: c }, &case.input));
                match (given, caught(|| (self.apply)(mistake, &case.input))) {
                    (Ok(given), Ok(wrong)) => given.close(&wrong, test.tolerance),
                    (given, wrong) => given.is_err() && wrong.is_err(),
                }
            })
        })
    }
}

/// An exercise of whatever type: what the tests need that walk them all.
pub trait AnyExercise {
    /// Its number, such as `9.2`.
    fn id(&self) -> &'static str;
    /// The code of each test, and how far off an answer may be.
    fn tests(&self) -> Vec<(&'static str, f64)>;
    /// The code and the sentence of each known mistake.
    fn mistakes(&self) -> Vec<(&'static str, &'static str)>;
    /// The right numbers for every input, each where it comes first.
    fn right(&self) -> Vec<(At, Numbers)>;
    /// Judges a known mistake.
    fn judge_mistake(&self, which: usize) -> Verdict;
    /// Judges the reference, its numbers changed, perhaps without one of the tests. The change is told where the
    /// input comes first.
    fn judge_changed(
        &self,
        without: Option<usize>,
        change: &dyn Fn(At, Numbers) -> Numbers,
    ) -> Verdict;
}

impl<I: Debug + PartialEq, F: Copy> Exercise<I, F> {
    fn inputs(&self) -> impl Iterator<Item = (At, &Case<I>)> {
        self.tests.iter().enumerate().flat_map(|(test, cases)| {
            let cases = cases.cases.iter().enumerate();
            cases.map(move |(case, input)| (At { test, case }, input))
        })
    }

    fn first_place(&self, input: &I) -> At {
        let same = self.inputs().find(|(_, case)| case.input == *input);
        same.expect("it is one of them").0
    }
}

impl<I: Debug + PartialEq, F: Copy> AnyExercise for Exercise<I, F> {
    fn id(&self) -> &'static str {
        self.id
    }

    fn tests(&self) -> Vec<(&'static str, f64)> {
        self.tests.iter().map(|test| (test.code, test.tolerance)).collect()
    }

    fn mistakes(&self) -> Vec<(&'static str, &'static str)> {
        self.mistakes.iter().map(|m| (m.code, m.sentence)).collect()
    }

    fn right(&self) -> Vec<(At, Numbers)> {
        let first = |(at, case): &(At, &Case<I>)| self.first_place(&case.input) == *at;
        self.inputs().filter(first).map(|(at, case)| (at, self.right(case))).collect()
    }

    fn judge_mistake(&self, which: usize) -> Verdict {
        self.check(self.mistakes[which].answer)
    }

    fn judge_changed(
        &self,
        without: Option<usize>,
        change: &dyn Fn(At, Numbers) -> Numbers,
    ) -> Verdict {
        self.judge(without, &|_, input| {
            change(self.first_place(input), (self.apply)(self.reference, input))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Double = fn(&[f64]) -> Vec<f64>;

    fn exercise() -> Exercise<Vec<f64>, Double> {
        let double = |x: &[f64]| x.iter().map(|x| 2.0 * x).collect();
        Exercise::<Vec<f64>, Double>::new("0.1", |f, x| f(x).into(), double)
            .shape("One number for each")
            .hand("number", vec![3.0], &[6.0], "Twice 3 is 6")
            .random("random", |seed| vec![seed as f64, 0.5], "Twice {input}")
            .wrong("square", |x| x.iter().map(|x| x * x).collect(), "That squares.")
    }

    #[test]
    #[allow(clippy::todo)] // The stub of an unsolved exercise.
    fn every_outcome() {
        let judge = |answer: Double| {
            let verdict = exercise().check(answer);
            (verdict.outcome(), verdict.code().to_string(), verdict.sentence().to_string())
        };
        let fail = |code: &str, text: &str| (Outcome::Fail, code.into(), text.into());
        assert_eq!(judge(|x| x.iter().map(|x| x + x).collect()).0, Outcome::Pass);
        assert_eq!(
            judge(|x| x.iter().map(|x| x.powi(2)).collect()),
            fail("square", "That squares.")
        );
        assert_eq!(judge(|_| vec![7.0]), fail("number", "Twice 3 is 6; yours is [7]."));
        assert_eq!(
            judge(|_| vec![]),
            fail("shape", "One number for each makes 1; yours has 0.")
        );
        assert_eq!(
            judge(|x| x.iter().map(|x| if *x == 0.5 { 0.9 } else { 2.0 * x }).collect()),
            fail(
                "random",
                "Twice [0.000, 0.500] should be [0.0000, 1.0000]; yours is [0.0000, 0.9000]."
            )
        );
        assert_eq!(judge(|x| vec![f64::NAN; x.len()]).1, "nan");
        assert_eq!(judge(|_| todo!("Exercise 0.1")).0, Outcome::Todo);
        assert!(judge(|_| panic!("boom")).2.contains("boom"));
    }

    #[test]
    fn a_small_difference_is_shown_with_the_digits_it_takes() {
        let (yours, right) = Numbers::from(1e-7).told(&0.0.into());
        assert_eq!((yours.as_str(), right.as_str()), ("0.0000001", "0.0000000"));
        let mut a = Array2::<f64>::zeros((3, 4));
        a[[1, 2]] = 0.5;
        let (yours, right) = Numbers::from(a).told(&Array2::<f64>::zeros((3, 4)).into());
        assert_eq!(
            (yours.as_str(), right.as_str()),
            ("0.5000 at [1, 2]", "0.0000 at [1, 2]")
        );
    }

    #[test]
    fn only_nan_is_close_to_nan_and_only_infinity_to_infinity() {
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, 1.0];
        for (i, a) in odd.iter().enumerate() {
            for (j, b) in odd.iter().enumerate() {
                assert_eq!(close(*a, *b, 1e-9), i == j, "{a} and {b}");
            }
        }
    }
}
