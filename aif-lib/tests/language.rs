//! The language model in a file: a tiny one, against plain loops; and SmolLM2, where its file is here.
#![cfg(feature = "lm")]
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aif_lib::prelude::*;
use candle_core::quantized::gguf_file::{Value, write};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};

// ---- a tiny model

const WIDTH: usize = 16;
const INNER: usize = 20;
const HEADS: usize = 4;
const SHARED: usize = 2;
const TURNED: usize = 4;
const LAYERS: usize = 2;
const BASE: f32 = 50.0;
const EPSILON: f32 = 0.01;
const CONTEXT: usize = 400;
/// The tokens: all bytes, in their order, then three control tokens.
const START: usize = 256;
const END: usize = 257;
const TOKENS: usize = 259;

/// What stands in the file of a model: its numbers and words, and its matrices with their shapes.
#[derive(Clone)]
struct Tiny {
    told: BTreeMap<String, Value>,
    tensors: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

/// Random weights, and norms that are not 1.
fn tiny(seed: u64, own_output: bool) -> Tiny {
    let unseen = |byte: &u8| matches!(byte, 0..=32 | 127..=160 | 173);
    let mut high = '\u{100}'..;
    let letter = |byte: u8| match unseen(&byte) {
        true => high.next().unwrap(),
        false => char::from(byte),
    };
    let mut words: Vec<String> = (0..=255).map(letter).map(String::from).collect();
    words.extend(["<|im_start|>", "<|im_end|>", "<|endoftext|>"].map(String::from));
    let text = |text: &str| Value::String(text.into());
    let whole = |number: usize| Value::U32(number as u32);
    let kinds = (0..TOKENS).map(|i| Value::I32(if i < START { 1 } else { 3 }));
    let template = "{{'<|im_start|>system\nBe brief.<|im_end|>\n'}} and so on";
    let told = [
        ("general.architecture", text("llama")),
        ("llama.embedding_length", whole(WIDTH)),
        ("llama.feed_forward_length", whole(INNER)),
        ("llama.attention.head_count", whole(HEADS)),
        ("llama.attention.head_count_kv", whole(SHARED)),
        ("llama.rope.dimension_count", whole(TURNED)),
        ("llama.rope.freq_base", Value::F32(BASE)),
        ("llama.attention.layer_norm_rms_epsilon", Value::F32(EPSILON)),
        ("llama.context_length", whole(CONTEXT)),
        ("llama.block_count", whole(LAYERS)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("smollm")),
        (
            "tokenizer.ggml.tokens",
            Value::Array(words.into_iter().map(Value::String).collect()),
        ),
        ("tokenizer.ggml.token_type", Value::Array(kinds.collect())),
        ("tokenizer.ggml.merges", Value::Array(Vec::new())),
        ("tokenizer.chat_template", text(template)),
    ];
    let mut rng = seeded(seed);
    let mut tensors = BTreeMap::new();
    let mut add = |name: String, shape: &[usize], mean: f64, spread: f64| {
        let draw = |_| (mean + spread * standard_normal(&mut rng)) as f32;
        let numbers: Vec<f32> = (0..shape.iter().product()).map(draw).collect();
        tensors.insert(name, (shape.to_vec(), numbers));
    };
    for layer in 0..LAYERS {
        for (part, out, inside) in [
            ("attn_q", WIDTH, WIDTH),
            ("attn_k", SHARED * TURNED, WIDTH),
            ("attn_v", SHARED * TURNED, WIDTH),
            ("attn_output", WIDTH, WIDTH),
            ("ffn_gate", INNER, WIDTH),
            ("ffn_up", INNER, WIDTH),
            ("ffn_down", WIDTH, INNER),
        ] {
            add(format!("blk.{layer}.{part}.weight"), &[out, inside], 0.0, 0.4);
        }
        add(format!("blk.{layer}.attn_norm.weight"), &[WIDTH], 1.0, 0.5);
        add(format!("blk.{layer}.ffn_norm.weight"), &[WIDTH], 1.0, 0.5);
    }
    add("output_norm.weight".into(), &[WIDTH], 1.0, 0.5);
    add("token_embd.weight".into(), &[TOKENS, WIDTH], 0.0, 0.7);
    if own_output {
        add("output.weight".into(), &[TOKENS, WIDTH], 0.0, 0.7);
    }
    let told = told.map(|(key, value)| (key.to_string(), value)).into();
    Tiny { told, tensors }
}

/// A folder of this test's own, which goes with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("aif-language-{name}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl Tiny {
    fn write(&self, path: &Path) {
        let tensors = self.tensors.iter().map(|(name, (shape, numbers))| {
            let tensor =
                Tensor::from_slice(numbers, shape.as_slice(), &Device::Cpu).unwrap();
            (name.as_str(), QTensor::quantize(&tensor, GgmlDType::F32).unwrap())
        });
        let tensors: Vec<_> = tensors.collect();
        let tensors: Vec<_> =
            tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
        let told: Vec<_> =
            self.told.iter().map(|(key, value)| (key.as_str(), value)).collect();
        write(&mut std::fs::File::create(path).unwrap(), &told, &tensors).unwrap();
    }

    fn model(&self, folder: &Folder) -> Result<Gguf> {
        let path = folder.0.join("tiny.gguf");
        self.write(&path);
        Gguf::new(path)
    }

    fn get(&self, name: &str) -> &[f32] {
        &self.tensors[name].1
    }

    /// Matrix times vector, the rows of the matrix in their order.
    fn times(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let row = |row: &[f32]| row.iter().zip(x).map(|(w, x)| f64::from(*w) * x).sum();
        self.get(name).chunks(x.len()).map(row).collect()
    }

    fn norm(&self, name: &str, x: &[f64]) -> Vec<f64> {
        let mean = x.iter().map(|x| x * x).sum::<f64>() / x.len() as f64;
        let length = (mean + f64::from(EPSILON)).sqrt();
        x.iter().zip(self.get(name)).map(|(x, w)| x / length * f64::from(*w)).collect()
    }

    /// The logits after the last token, in plain loops from the definition: no memory, no parts, one head at a time.
    fn logits(&self, tokens: &[usize]) -> Vec<f64> {
        let row = |token: &usize| {
            let row = &self.get("token_embd.weight")[token * WIDTH..(token + 1) * WIDTH];
            row.iter().map(|x| f64::from(*x)).collect::<Vec<f64>>()
        };
        let mut stream: Vec<Vec<f64>> = tokens.iter().map(row).collect();
        for layer in 0..LAYERS {
            let name = |part: &str| format!("blk.{layer}.{part}.weight");
            let h: Vec<_> =
                stream.iter().map(|x| self.norm(&name("attn_norm"), x)).collect();
            let of = |part: &str| -> Vec<Vec<f64>> {
                h.iter().map(|h| self.times(&name(part), h)).collect()
            };
            let (mut q, mut k, v) = (of("attn_q"), of("attn_k"), of("attn_v"));
            for (t, row) in q.iter_mut().enumerate().chain(k.iter_mut().enumerate()) {
                for head in row.chunks_mut(TURNED) {
                    for (i, pair) in head.chunks_mut(2).enumerate() {
                        let slow = f64::from(BASE).powf(-2.0 * i as f64 / TURNED as f64);
                        let (sin, cos) = (t as f64 * slow).sin_cos();
                        (pair[0], pair[1]) =
                            (pair[0] * cos - pair[1] * sin, pair[0] * sin + pair[1] * cos);
                    }
                }
            }
            for t in 0..tokens.len() {
                let mut taken = vec![0.0; WIDTH];
                for head in 0..HEADS {
                    let shared = head / (HEADS / SHARED);
                    let score = |s: usize| -> f64 {
                        let dot = |i| q[t][head * TURNED + i] * k[s][shared * TURNED + i];
                        (0..TURNED).map(dot).sum::<f64>() / (TURNED as f64).sqrt()
                    };
                    let weights = softmax(&(0..=t).map(score).collect::<Vec<_>>());
                    for (s, weight) in weights.iter().enumerate() {
                        for i in 0..TURNED {
                            taken[head * TURNED + i] += weight * v[s][shared * TURNED + i];
                        }
                    }
                }
                let added = self.times(&name("attn_output"), &taken);
                stream[t].iter_mut().zip(added).for_each(|(x, more)| *x += more);
            }
            for x in &mut stream {
                let h = self.norm(&name("ffn_norm"), x);
                let (gate, up) =
                    (self.times(&name("ffn_gate"), &h), self.times(&name("ffn_up"), &h));
                let gated = gate.iter().zip(up).map(|(z, up)| z / (1.0 + (-z).exp()) * up);
                let added = self.times(&name("ffn_down"), &gated.collect::<Vec<_>>());
                x.iter_mut().zip(added).for_each(|(x, more)| *x += more);
            }
        }
        let last = self.norm("output_norm.weight", stream.last().unwrap());
        let own = self.tensors.contains_key("output.weight");
        self.times(if own { "output.weight" } else { "token_embd.weight" }, &last)
    }
}

/// The tokens of a chat in which so much was asked.
fn chat(prompt: &str) -> Vec<usize> {
    let mut tokens = Vec::new();
    for (role, text) in [("system", "Be brief."), ("user", prompt), ("assistant", "")] {
        tokens.push(START);
        tokens.extend(format!("{role}\n{text}").bytes().map(usize::from));
        if role != "assistant" {
            tokens.extend([END, usize::from(b'\n')]);
        }
    }
    tokens
}

/// A short prompt, one with letters of several bytes, and one that is read in three parts.
fn prompts() -> [String; 3] {
    ["Hi".into(), "Wie heißt du, Fisch? 🐟".into(), "one fish, two fish; ".repeat(13)]
}

#[test]
fn options_have_the_probabilities_that_plain_loops_give() {
    let folder = Folder::new("choose");
    for own_output in [false, true] {
        let tiny = tiny(1, own_output);
        let mut model = tiny.model(&folder).unwrap();
        for prompt in prompts() {
            let options = ["yes", "n", "4", "ü", "4 4"];
            let log_p = options.map(|option| {
                let mut tokens = chat(&prompt);
                let mut sum = 0.0;
                for byte in option.bytes() {
                    let logits = tiny.logits(&tokens);
                    sum += logits[usize::from(byte)] - log_sum_exp(&logits);
                    tokens.push(usize::from(byte));
                }
                sum
            });
            let (spoken, chances) =
                (model.choose(&prompt, &options).unwrap(), softmax(&log_p));
            for (ours, plain) in spoken.chances.unwrap().iter().zip(&chances) {
                assert!((ours / plain - 1.0).abs() < 1e-4, "{prompt:?}: {ours} {plain}");
            }
            let best = chances.iter().copied().fold(0.0, f64::max);
            assert_eq!(chances[spoken.index], best);
        }
    }
}

#[test]
fn an_answer_is_the_most_probable_token_again_and_again_until_the_turn_ends() {
    let folder = Folder::new("say");
    let mut lengths = Vec::new();
    for seed in 0..8 {
        let tiny = tiny(seed, false);
        let mut model = tiny.model(&folder).unwrap();
        let (mut tokens, mut said) = (chat("Hi"), Vec::new());
        while said.len() < 12 {
            let logits = tiny.logits(&tokens);
            let best =
                (0..TOKENS).max_by(|a, b| logits[*a].total_cmp(&logits[*b])).unwrap();
            if best >= START {
                break;
            }
            said.push(best as u8);
            tokens.push(best);
        }
        assert_eq!(model.say("Hi", 12).unwrap(), String::from_utf8_lossy(&said), "{seed}");
        assert_eq!(
            model.say("Hi", 1).unwrap(),
            String::from_utf8_lossy(&said[..said.len().min(1)])
        );
        lengths.push(said.len());
    }
    assert!(lengths.contains(&12) && lengths.iter().any(|n| *n < 12), "{lengths:?}");
}

#[test]
fn a_file_of_another_kind_is_refused_with_what_is_wrong_in_it() {
    let folder = Folder::new("wrong");
    let good = tiny(1, false);
    let refusal = |change: &dyn Fn(&mut Tiny)| {
        let mut bad = good.clone();
        change(&mut bad);
        let text = bad.model(&folder).unwrap_err().to_string();
        assert!(
            text.starts_with("cannot read ") && text.contains("make language-model"),
            "{text}"
        );
        text
    };
    let told = |key: &str, value: Value| {
        refusal(&|bad| drop(bad.told.insert(key.into(), value.clone())))
    };
    let text = |text: &str| Value::String(text.into());
    for (text, holds) in [
        (
            told("general.architecture", text("qwen2")),
            "its architecture is \"qwen2\", not \"llama\"",
        ),
        (
            told("tokenizer.ggml.pre", text("llama-bpe")),
            "pre is \"llama-bpe\", not \"smollm\"",
        ),
        (told("tokenizer.ggml.model", text("llama")), "model is \"llama\", not \"gpt2\""),
        (
            told("tokenizer.chat_template", text("[INST] {{ x }}")),
            "chat template is not that of SmolLM2",
        ),
        (
            told("tokenizer.ggml.merges", Value::Array(vec![text("a zz")])),
            "has no token \"zz\"",
        ),
        (
            told("tokenizer.ggml.token_type", Value::Array(Vec::new())),
            "does not say of each token",
        ),
        (told("llama.attention.head_count", Value::U32(3)), "3 heads of 4 that share 2"),
        (told("llama.attention.head_count_kv", Value::U32(0)), "4 heads of 4 that share 0"),
        (told("llama.block_count", text("two")), "llama.block_count is of another kind"),
        (told("llama.block_count", Value::U32(1)), "a tensor blk.1.attn_k.weight, which"),
        (
            told("llama.block_count", Value::U32(3)),
            "tensor blk.2.attn_norm.weight is missing",
        ),
        (
            refusal(&|bad| drop(bad.told.remove("llama.rope.freq_base"))),
            "it does not say its llama.rope.freq_base",
        ),
        (
            refusal(&|bad| drop(bad.tensors.remove("output_norm.weight"))),
            "the tensor output_norm.weight is missing",
        ),
        (
            refusal(&|bad| {
                let v = bad.tensors["blk.0.attn_v.weight"].clone();
                bad.tensors.insert("blk.1.attn_q.weight".into(), v);
            }),
            "blk.1.attn_q.weight has shape [8, 16], not [16, 16]",
        ),
    ] {
        assert!(text.contains(holds), "{text}");
    }
}

#[test]
fn a_file_that_is_none_or_no_model_or_half_of_one_is_told() {
    let folder = Folder::new("none");
    let text = |name: &str| Gguf::new(folder.0.join(name)).unwrap_err().to_string();
    let none = text("none.gguf");
    assert!(none.contains("none.gguf") && none.contains("fetches one into"), "{none}");
    std::fs::write(folder.0.join("words"), "once upon a time there was a fish").unwrap();
    assert!(text("words").contains("it is not in the GGUF format"), "{}", text("words"));
    let whole = folder.0.join("whole");
    tiny(1, false).write(&whole);
    let bytes = std::fs::read(whole).unwrap();
    for (part, holds) in [(4, "cannot be read"), (40, "not in the GGUF format")] {
        std::fs::write(
            folder.0.join("part"),
            &bytes[..bytes.len() - bytes.len() * part / 41],
        )
        .unwrap();
        assert!(text("part").contains(holds), "{}", text("part"));
    }
}

#[test]
fn what_cannot_be_answered_is_told() {
    let folder = Folder::new("long");
    let mut model = tiny(1, false).model(&folder).unwrap();
    let longest = CONTEXT - chat("").len();
    assert!(model.say(&"x".repeat(longest - 1), 1).is_ok());
    let text = model.say(&"x".repeat(longest), 1).unwrap_err().to_string();
    assert!(
        text.contains("has 400 tokens") && text.contains("shorten the prompt"),
        "{text}"
    );
    assert!(model.say("x", usize::MAX).is_err());
    assert_eq!(model.say("x", 0).unwrap(), "");
    for options in [&[][..], &["yes", ""][..]] {
        let text = model.choose("x", options).unwrap_err().to_string();
        assert!(text.contains("give at least one option"), "{text}");
    }
    assert_eq!(format!("{model:?}"), "Gguf { 2 layers of width 16, 259 tokens }");
}

// ---- SmolLM2

/// The model that `make language-model` fetches, if it is here.
fn smol() -> Option<Gguf> {
    let fetched = "../target/language-model/SmolLM2-135M-Instruct.Q4_1.gguf";
    let named = std::env::var_os("AIF_LANGUAGE_MODEL").map(PathBuf::from);
    let path = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join(fetched));
    if !path.exists() {
        println!(
            "left out: there is no {} (make language-model fetches it)",
            path.display()
        );
        return None;
    }
    Some(Gguf::new(path).unwrap())
}

/// The figures were computed from the same file by another program: the weights by the Python package `gguf`, the tokens by
/// `tokenizers`, the chat by `jinja2`, and the layers in numpy, in single precision.
#[test]
fn smollm2_says_what_another_program_computes_from_the_same_file() {
    let Some(mut model) = smol() else { return };
    let answer = model.say("What is the capital of France?", 16).unwrap();
    assert_eq!(answer, "The capital of France is Paris.");
    let digits = ["0", "1", "2", "3", "4"];
    for (stock, wants, chances) in [
        (5.0, [0, 0, 1, 0, 0], [0.05904, 0.75029, 0.10417, 0.02966, 0.05684]),
        (47.0, [2, 1, 2, 4, 2], [0.03011, 0.66145, 0.16096, 0.03239, 0.11509]),
        (90.0, [4, 4, 3, 4, 2], [0.03261, 0.71451, 0.11628, 0.03631, 0.10029]),
    ] {
        let spoken = model.choose(&village::question(stock, &wants), &digits).unwrap();
        assert_eq!(spoken.index, 1);
        for (ours, theirs) in spoken.chances.unwrap().iter().zip(chances) {
            assert!((ours - theirs).abs() < 2e-5, "{stock}: {ours} {theirs}");
        }
    }
    // Options of three, three and two tokens.
    let options = ["full of water", "full of sand", "neither"];
    let spoken =
        model.choose("Is a lake full of water or full of sand?", &options).unwrap();
    for (ours, theirs) in spoken.chances.unwrap().iter().zip([0.51507, 0.44274, 0.04219]) {
        assert!((ours - theirs).abs() < 2e-5, "{ours} {theirs}");
    }
}
