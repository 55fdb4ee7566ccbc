//! [`Speaker`]: something that is asked in words and answers in words. A rule, a recording, or a language model, behind an address
//! or in a file.
//!
//! The cut is that of Concordia's `LanguageModel`, `sample_text` and `sample_choice`: Vezhnevets et al. (2023). Nothing here opens a
//! connection but [`Http`], and that only to the address that it was given.
//!
//! | speaker | answers |
//! |---|---|
//! | [`Scripted`] | the median of the numbers that stand after the last colon |
//! | [`Recorded`] | what a small language model once said for this stock |
//! | [`Http`] | what a server of the OpenAI kind says |
//! | `Gguf` | what a small language model in a file says, with the feature `lm` |

#[cfg(feature = "lm")]
mod gguf;
mod http;

#[cfg(feature = "lm")]
pub use gguf::Gguf;
pub use http::{Http, HttpOptions};

use crate::error::{Error, Result};

/// What was chosen among options.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The number of the option.
    pub index: usize,
    /// The probability of each option, where the speaker gives it.
    pub chances: Option<Vec<f64>>,
}

/// Somebody who answers in words.
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut village = Scripted;
/// assert_eq!(village.say("The five want: 2, 1, 2, 4, 2", 8)?, "2");
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub trait Speaker {
    /// Answers a prompt with at most this many tokens.
    ///
    /// # Errors
    /// [`Error::Speaker`]: there is no answer.
    fn say(&mut self, prompt: &str, max_tokens: usize) -> Result<String>;

    /// Chooses one of the options: the one that the answer begins with.
    ///
    /// # Errors
    /// [`Error::Speaker`]: there is no answer, or it begins with none of the options.
    fn choose(&mut self, prompt: &str, options: &[&str]) -> Result<Spoken> {
        let answer = self.say(prompt, 8)?;
        let index = chosen(&answer, options).ok_or_else(|| {
            let begun: String = answer.chars().take(40).collect();
            Error::Speaker {
                problem: format!("the answer {begun:?} begins with none of {options:?}"),
                cure: "ask for one of them, word for word",
            }
        })?;
        Ok(Spoken { index, chances: None })
    }
}

/// The option that a text begins with; the longest one if several do. A number must end where the option ends.
fn chosen(answer: &str, options: &[&str]) -> Option<usize> {
    let text = answer.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '-');
    let whole = |option: &str| {
        let rest = text.strip_prefix(option)?;
        let mut rest = rest.chars();
        let goes_on = match rest.next() {
            Some('.' | ',') => rest.next().is_some_and(|c| c.is_ascii_digit()),
            Some(c) => c.is_alphanumeric(),
            None => false,
        };
        (!goes_on).then_some(option.len())
    };
    let fits = (0..options.len()).filter_map(|i| Some((whole(options[i])?, i)));
    fits.max_by_key(|(length, _)| *length).map(|(_, i)| i)
}

/// The speaker that needs nothing: it reads the numbers after the last colon of a prompt and says their median.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scripted;

impl Speaker for Scripted {
    fn say(&mut self, prompt: &str, _max_tokens: usize) -> Result<String> {
        let list = prompt.rsplit(':').next().unwrap_or("");
        let mut numbers: Vec<usize> = list
            .split(|c: char| !c.is_ascii_digit())
            .filter_map(|n| n.parse().ok())
            .collect();
        numbers.sort_unstable();
        let median = numbers.get(numbers.len() / 2).ok_or(Error::Speaker {
            problem: "there is no number after the last colon of the prompt".into(),
            cure: "end the prompt with a list of numbers, such as \"The five want: 2, 1, 2\"",
        })?;
        Ok(median.to_string())
    }
}

/// How the small model was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prompt {
    /// With the question alone.
    Asked,
    /// With the rule stated in numbers.
    ToldTheRule,
    /// With seven examples.
    ShownExamples,
}

/// What SmolLM2-135M-Instruct once answered, for a stock of 5, 10, … 95: a table that is part of the library.
///
/// It reads the stock from the prompt, the first number in it, and gives the answer of the nearest row. The model: Allal et al. (2025).
///
/// ```
/// # use aif_lib::prelude::*;
/// let mut parrot = Recorded::new(Prompt::ToldTheRule);
/// assert_eq!(parrot.say("The lake holds about 10 fish. How many may each take?", 8)?, "2");
/// # Ok::<(), aif_lib::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// (stock, probability of each digit 0 to 4, the most probable digit)
    rows: Vec<(f64, [f64; 5], usize)>,
}

impl Recorded {
    /// The answers to one way of asking.
    pub fn new(prompt: Prompt) -> Self {
        let name = match prompt {
            Prompt::Asked => "asked",
            Prompt::ToldTheRule => "told the rule",
            Prompt::ShownExamples => "shown examples",
        };
        let mut all: std::collections::BTreeMap<String, Vec<(f64, [f64; 5], usize)>> =
            serde_json::from_str(include_str!("speaker/smol.json"))
                .expect("the table in the library is well formed");
        Self { rows: all.remove(name).expect("each way of asking has its rows") }
    }

    /// The stock, the probability of each digit, and the digit that was said.
    pub fn rows(&self) -> &[(f64, [f64; 5], usize)] {
        &self.rows
    }

    fn nearest(&self, prompt: &str) -> Result<&(f64, [f64; 5], usize)> {
        let first = |c: char| !c.is_ascii_digit() && c != '.';
        let stock =
            prompt.split(first).find_map(|n| n.trim_matches('.').parse::<f64>().ok());
        let stock = stock.ok_or(Error::Speaker {
            problem: "there is no stock in the prompt".into(),
            cure: "let the stock be the first number of the prompt",
        })?;
        let far = |row: &&(f64, [f64; 5], usize)| (row.0 - stock).abs();
        let nearest = self.rows.iter().min_by(|a, b| far(a).total_cmp(&far(b)));
        Ok(nearest.expect("the table has rows"))
    }
}

impl Speaker for Recorded {
    fn say(&mut self, prompt: &str, _max_tokens: usize) -> Result<String> {
        Ok(self.nearest(prompt)?.2.to_string())
    }

    /// As any speaker; where the options are digits, with their probabilities.
    fn choose(&mut self, prompt: &str, options: &[&str]) -> Result<Spoken> {
        let (_, digits, said) = self.nearest(prompt)?;
        let said = said.to_string();
        let index = chosen(&said, options).ok_or_else(|| Error::Speaker {
            problem: format!("the recorded answer {said:?} is none of {options:?}"),
            cure: "let the digits 0 to 4 be among the options",
        })?;
        let chance = |option: &&str| digits.get(option.parse::<usize>().ok()?).copied();
        let chances: Option<Vec<f64>> = options.iter().map(chance).collect();
        let normalised = |all: Vec<f64>| {
            let sum: f64 = all.iter().sum();
            all.iter().map(|p| p / sum).collect()
        };
        Ok(Spoken { index, chances: chances.map(normalised) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_is_a_whole_word_or_number() {
        let digits = ["0", "1", "2", "3", "4"];
        for (answer, index) in [
            ("2", Some(2)),
            (" 3.", Some(3)),
            ("**4** fish", Some(4)),
            ("1, because the lake is low", Some(1)),
            ("12", None),
            ("2.5", None),
            ("-1", None),
            ("two", None),
            ("", None),
            ("I say 2", None),
        ] {
            assert_eq!(chosen(answer, &digits), index, "{answer:?}");
        }
        assert_eq!(chosen("not now", &["no", "not now"]), Some(1));
    }

    #[test]
    fn the_script_says_the_median_and_asks_for_numbers() {
        let mut village = Scripted;
        let say = |prompt: &str, village: &mut Scripted| village.say(prompt, 8);
        assert_eq!(say("Stock: 50. They want: 4, 1, 2, 2, 0.", &mut village).unwrap(), "2");
        let refusal = say("They want: nothing", &mut village).unwrap_err().to_string();
        assert!(refusal.contains("no number after the last colon"), "{refusal}");
    }

    #[test]
    fn the_recorded_answer_is_the_most_probable_digit_of_its_row() {
        for prompt in [Prompt::Asked, Prompt::ToldTheRule, Prompt::ShownExamples] {
            let recorded = Recorded::new(prompt);
            let stocks: Vec<f64> = recorded.rows().iter().map(|row| row.0).collect();
            assert_eq!(stocks, (1..20).map(|k| 5.0 * f64::from(k)).collect::<Vec<_>>());
            for (stock, chances, said) in recorded.rows() {
                let sum: f64 = chances.iter().sum();
                assert!(chances.iter().all(|p| (0.0..=1.0).contains(p)) && sum < 1.001);
                assert!(chances.iter().all(|p| *p <= chances[*said]), "{prompt:?} {stock}");
            }
        }
        let mut shown = Recorded::new(Prompt::ShownExamples);
        assert_eq!(shown.say("It holds 61.2 fish, and 7 boats", 8).unwrap(), "4"); // row 60
        assert!(shown.say("It holds some fish", 8).is_err());
        let spoken =
            Recorded::new(Prompt::ToldTheRule).choose("50 fish", &["2", "4"]).unwrap();
        assert_eq!(spoken.index, 0);
        let chances = spoken.chances.unwrap(); // .5761 and .0262 of the row for 50
        assert!((chances[0] - 0.5761 / 0.6023).abs() < 1e-12);
        assert!(shown.choose("50 fish", &["yes", "no"]).is_err());
    }
}
