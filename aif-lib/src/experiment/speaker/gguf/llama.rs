//! [`Llama`]: from tokens to the logits of the next one.

use candle_core::quantized::gguf_file::Value;
use candle_core::{Device, Tensor};
use candle_nn::ops::{rms_norm, softmax_last_dim};
use candle_nn::rotary_emb::rope_i;

use super::File;
use crate::error::Result;

/// A long prompt is read in parts of so many tokens, so that attention needs no table of prompt times prompt.
const PART: usize = 128;

/// A stack of layers, in each of which every token looks back at those before it.
///
/// ```text
/// x ← embedding of the token;   for each layer   x ← x + attention(norm(x)),   x ← x + W_down (silu(W_gate h) · W_up h),  h = norm(x)
/// norm(x) = w · x / √(mean x² + ε),   silu(z) = z / (1 + e^−z),   logits = W_out norm(x)
/// ```
/// Attention, for each head, with n its width:
/// ```text
/// q = R_t W_q h,  k = R_t W_k h,  v = W_v h at the place t,   W_o Σ_{s ≤ t} a_s v_s,   a = softmax(q_t · k_s / √n)
/// R_t turns the pair (2i, 2i + 1) by the angle t · base^(−2i / n)
/// ```
/// Several heads of q look at one of k and v. Source: Touvron et al. (2023); the norm is Zhang & Sennrich's (2019), the gate Shazeer's
/// (2020), and the turns are Su et al.'s (2021).
pub(super) struct Llama {
    /// (vocabulary, width)
    embedding: Tensor,
    layers: Vec<Layer>,
    norm: Tensor,
    out: Tensor,
    heads: usize,
    shared_heads: usize,
    /// The angle by which each pair turns from one place to the next.
    angles: Tensor,
    epsilon: f32,
    /// The most tokens that it can look at.
    pub(super) context: usize,
}

struct Layer {
    attention_norm: Tensor,
    q: Tensor,
    k: Tensor,
    v: Tensor,
    o: Tensor,
    norm: Tensor,
    gate: Tensor,
    up: Tensor,
    down: Tensor,
}

/// The keys and values of what was read, for each layer, (1, heads, tokens, width).
#[derive(Clone, Default)]
pub(super) struct Past {
    tokens: usize,
    layers: Vec<(Tensor, Tensor)>,
}

impl std::fmt::Debug for Llama {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (layers, width) = (self.layers.len(), self.norm.elem_count());
        write!(f, "{layers} layers of width {width}")
    }
}

impl Llama {
    /// The model of a file, for a vocabulary of so many tokens.
    pub(super) fn read(file: &mut File, vocabulary: usize) -> Result<Self> {
        let kind = file.text("general.architecture")?;
        if kind != "llama" {
            return Err(file.wrong(format!("its architecture is {kind:?}, not \"llama\"")));
        }
        let width = file.number("llama.embedding_length")?;
        let inner = file.number("llama.feed_forward_length")?;
        let heads = file.number("llama.attention.head_count")?;
        let shared_heads = file.number("llama.attention.head_count_kv")?;
        let turned = file.number("llama.rope.dimension_count")?;
        let base = file.read("llama.rope.freq_base", Value::to_f32)?;
        let epsilon = file.read("llama.attention.layer_norm_rms_epsilon", Value::to_f32)?;
        let context = file.number("llama.context_length")?;
        let fits = heads > 0
            && shared_heads > 0
            && heads % shared_heads == 0
            && heads * turned == width
            && turned % 2 == 0;
        if !fits {
            return Err(file.wrong(format!(
                "{heads} heads of {turned} that share {shared_heads} do not fit a width of {width}"
            )));
        }
        let shared = shared_heads * turned;
        let mut layers = Vec::new();
        for layer in 0..file.number("llama.block_count")? {
            let name = |part: &str| format!("blk.{layer}.{part}.weight");
            layers.push(Layer {
                attention_norm: numbers(file, &name("attn_norm"), &[width])?,
                q: numbers(file, &name("attn_q"), &[width, width])?,
                k: numbers(file, &name("attn_k"), &[shared, width])?,
                v: numbers(file, &name("attn_v"), &[shared, width])?,
                o: numbers(file, &name("attn_output"), &[width, width])?,
                norm: numbers(file, &name("ffn_norm"), &[width])?,
                gate: numbers(file, &name("ffn_gate"), &[inner, width])?,
                up: numbers(file, &name("ffn_up"), &[inner, width])?,
                down: numbers(file, &name("ffn_down"), &[width, inner])?,
            });
        }
        let (embedding, out) = ("token_embd.weight", "output.weight");
        let embedding = numbers(file, embedding, &[vocabulary, width])?;
        // Without a matrix of its own, a model speaks with the one that it reads with.
        let out = match file.left.contains(out) {
            true => numbers(file, out, &[vocabulary, width])?,
            false => embedding.clone(),
        };
        let angle = |i: usize| (-2.0 * i as f32 / turned as f32 * base.ln()).exp();
        let angles = (0..turned / 2).map(angle).collect::<Vec<f32>>();
        let model = Self {
            embedding,
            layers,
            norm: numbers(file, "output_norm.weight", &[width])?,
            out,
            heads,
            shared_heads,
            angles: Tensor::new(angles, &Device::Cpu)
                .map_err(|e| file.wrong(e.to_string()))?,
            epsilon,
            context,
        };
        match file.left.iter().min() {
            Some(name) => {
                Err(file
                    .wrong(format!("it has a tensor {name}, which a plain llama has not")))
            }
            None => Ok(model),
        }
    }

    /// Reads tokens after what is past, and gives the logits of the next one.
    pub(super) fn forward(
        &self,
        tokens: &[u32],
        past: &mut Past,
    ) -> candle_core::Result<Vec<f32>> {
        let mut last = self.norm.clone();
        for part in tokens.chunks(PART) {
            last = self.read_part(part, past)?.get(part.len() - 1)?;
        }
        let last = rms_norm(&last.unsqueeze(0)?, &self.norm, self.epsilon)?;
        times(&last, &self.out)?.squeeze(0)?.to_vec1()
    }

    /// What the layers make of some tokens, (tokens, width).
    fn read_part(&self, tokens: &[u32], past: &mut Past) -> candle_core::Result<Tensor> {
        let (n, before) = (tokens.len(), past.tokens);
        let places = Tensor::arange(before as u32, (before + n) as u32, &Device::Cpu)?;
        let angles = places.to_dtype(self.angles.dtype())?.unsqueeze(1)?;
        let angles = angles.broadcast_mul(&self.angles)?;
        let turns = (angles.cos()?, angles.sin()?);
        // A token does not see those after it.
        let seen = (0..n).flat_map(|i| {
            (0..before + n)
                .map(move |j| if j > before + i { f32::NEG_INFINITY } else { 0.0 })
        });
        let unseen = Tensor::from_iter(seen, &Device::Cpu)?.reshape((n, before + n))?;

        let mut x = self.embedding.index_select(&Tensor::new(tokens, &Device::Cpu)?, 0)?;
        for (i, layer) in self.layers.iter().enumerate() {
            let h = rms_norm(&x, &layer.attention_norm, self.epsilon)?;
            let heads = |x: Tensor, heads: usize| {
                x.reshape((1, n, heads, ()))?.transpose(1, 2)?.contiguous()
            };
            let q = rope_i(&heads(times(&h, &layer.q)?, self.heads)?, &turns.0, &turns.1)?;
            let k = heads(times(&h, &layer.k)?, self.shared_heads)?;
            let mut k = rope_i(&k, &turns.0, &turns.1)?;
            let mut v = heads(times(&h, &layer.v)?, self.shared_heads)?;
            if let Some((k_before, v_before)) = past.layers.get(i) {
                k = Tensor::cat(&[k_before, &k], 2)?;
                v = Tensor::cat(&[v_before, &v], 2)?;
                past.layers[i] = (k.clone(), v.clone());
            } else {
                past.layers.push((k.clone(), v.clone()));
            }
            x = (x + times(&self.attend(&q, &k, &v, &unseen)?, &layer.o)?)?;
            let h = rms_norm(&x, &layer.norm, self.epsilon)?;
            let gated = (times(&h, &layer.gate)?.silu()? * times(&h, &layer.up)?)?;
            x = (x + times(&gated, &layer.down)?)?;
        }
        past.tokens += n;
        Ok(x)
    }

    /// What each token takes from those it sees, (tokens, width).
    fn attend(
        &self,
        q: &Tensor,
        k: &Tensor,
        v: &Tensor,
        unseen: &Tensor,
    ) -> candle_core::Result<Tensor> {
        let (n, all) = unseen.dims2()?;
        // Heads that share keys and values stand side by side, so they are as one head with more questions.
        let q = q.reshape((self.shared_heads, self.heads / self.shared_heads * n, ()))?;
        let scale = (q.dim(2)? as f64).sqrt();
        let scores = (q.matmul(&k.squeeze(0)?.t()?)? / scale)?;
        let scores = scores.reshape((self.heads, n, all))?.broadcast_add(unseen)?;
        let weights = softmax_last_dim(&scores)?;
        let taken =
            weights.reshape((self.shared_heads, (), all))?.matmul(&v.squeeze(0)?)?;
        taken.reshape((self.heads, n, ()))?.transpose(0, 1)?.flatten_from(1)
    }
}

/// Each row of `x` times a matrix (outputs, inputs).
fn times(x: &Tensor, matrix: &Tensor) -> candle_core::Result<Tensor> {
    x.matmul(&matrix.t()?)
}

/// The numbers of a matrix. To multiply with the few bits that the file has for each would save memory, but that rounds the other
/// factor too, and so small a model then says other things: asked for the capital of France, "L'Étoile, la Marseillaise, la femme".
fn numbers(file: &mut File, name: &str, shape: &[usize]) -> Result<Tensor> {
    let tensor = file.tensor(name, shape)?;
    tensor.dequantize(&Device::Cpu).map_err(|error| file.wrong(error.to_string()))
}
