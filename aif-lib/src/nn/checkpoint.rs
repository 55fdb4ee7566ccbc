//! Weights in a file: the safetensors format, which every framework reads. Nothing is saved unless it is asked for.

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};

use super::mlp::Mlp;
use crate::error::{Error, Result};

fn name(layer: usize, part: &str) -> String {
    format!("layers.{layer}.{part}")
}

/// Writes the weights of a network: for each layer `layers.N.weight` (inputs, outputs) and `layers.N.bias`.
///
/// # Errors
/// [`Error::File`]: the file cannot be written.
///
/// ```
/// # use aif_lib::prelude::*;
/// use aif_lib::nn::checkpoint;
/// let path = std::env::temp_dir().join("aif-lib-checkpoint.safetensors");
/// let net = Mlp::new(&[4, 8, 2], Activation::Relu, &mut seeded(1))?;
/// checkpoint::save(&path, &net)?;
/// let mut other = Mlp::new(&[4, 8, 2], Activation::Relu, &mut seeded(2))?;
/// checkpoint::load(&path, &mut other)?;
/// assert_eq!(net, other);
/// let mut small = Mlp::new(&[4, 6, 2], Activation::Relu, &mut seeded(2))?;
/// let text = checkpoint::load(&path, &mut small).unwrap_err().to_string();
/// assert!(text.contains("4-8-2") && text.contains("4-6-2"));
/// # std::fs::remove_file(path).unwrap();
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn save(path: impl AsRef<Path>, net: &Mlp) -> Result<()> {
    let mut tensors = HashMap::new();
    for layer in 0..net.sizes().len() - 1 {
        let (w, b) = net.layer(layer);
        let weight =
            Tensor::from_iter(w.iter().copied(), &Device::Cpu)?.reshape(w.dim())?;
        tensors.insert(name(layer, "weight"), weight);
        tensors.insert(name(layer, "bias"), Tensor::from_slice(b, b.len(), &Device::Cpu)?);
    }
    candle_core::safetensors::save(&tensors, path.as_ref()).map_err(|error| Error::File {
        path: path.as_ref().display().to_string(),
        reason: error.to_string(),
    })
}

/// Reads weights into a network of the same shape, which stays as it is if anything is wrong.
///
/// # Errors
/// - [`Error::Unreadable`]: there is no such file, or it holds something else.
/// - [`Error::Shape`]: the network in it has another shape; both are named.
pub fn load(path: impl AsRef<Path>, net: &mut Mlp) -> Result<()> {
    let path = path.as_ref();
    let unreadable = |reason: String| Error::Unreadable {
        path: path.display().to_string(),
        reason,
        cure: "give the path of a file that checkpoint::save has written",
    };
    let tensors = candle_core::safetensors::load(path, &Device::Cpu)
        .map_err(|error| unreadable(error.to_string()))?;
    let part = |layer: usize, part: &str| {
        let name = name(layer, part);
        tensors.get(&name).ok_or_else(|| unreadable(format!("it holds no {name}")))
    };
    let (mut sizes, mut weights) = (Vec::new(), Vec::new());
    for layer in 0..tensors.len().div_ceil(2) {
        let (weight, bias) = (part(layer, "weight")?, part(layer, "bias")?);
        let (inputs, outputs) =
            weight.dims2().map_err(|error| unreadable(error.to_string()))?;
        let before = if layer == 0 { inputs } else { sizes[layer] };
        if before != inputs || bias.dims() != [outputs] {
            return Err(unreadable(format!(
                "layer {layer} does not fit the one before it"
            )));
        }
        if layer == 0 {
            sizes.push(inputs);
        }
        sizes.push(outputs);
        for tensor in [weight, bias] {
            weights.extend(tensor.to_dtype(DType::F32)?.flatten_all()?.to_vec1::<f32>()?);
        }
    }
    if sizes != net.sizes() {
        let in_words = |sizes: &[usize]| {
            sizes.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
        };
        return Err(Error::Shape {
            what: format!("the network in {}", path.display()),
            expected: in_words(net.sizes()),
            got: in_words(&sizes),
            cure: "build the network with the layers that the file has, or choose another file",
        });
    }
    net.parameters_mut().copy_from_slice(&weights);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nn::mlp::Activation;
    use crate::prob::random::seeded;

    #[test]
    fn what_cannot_be_read_is_named_and_changes_nothing() {
        let folder =
            std::env::temp_dir().join(format!("aif-checkpoint-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let net = Mlp::new(&[3, 5, 2], Activation::Tanh, &mut seeded(1)).unwrap();
        let mut other = Mlp::new(&[3, 6, 2], Activation::Tanh, &mut seeded(2)).unwrap();
        let before = other.clone();
        let path = folder.join("net.safetensors");
        save(&path, &net).unwrap();
        let text = load(&path, &mut other).unwrap_err().to_string();
        assert!(text.contains("has shape 3-5-2, expected 3-6-2"), "{text}");
        let text = load(folder.join("none"), &mut other).unwrap_err().to_string();
        assert!(text.starts_with("cannot read") && text.contains("none"), "{text}");
        std::fs::write(folder.join("words"), "not a network").unwrap();
        assert!(load(folder.join("words"), &mut other).is_err());
        // A network of which a layer is missing, written by hand.
        let (_, b) = net.layer(0);
        let bias = Tensor::from_slice(b, b.len(), &Device::Cpu).unwrap();
        let part = folder.join("part");
        let only = HashMap::from([(name(0, "bias"), bias)]);
        candle_core::safetensors::save(&only, &part).unwrap();
        let text = load(&part, &mut other).unwrap_err().to_string();
        assert!(text.contains("holds no layers.0.weight"), "{text}");
        assert!(matches!(save(folder.join("no/folder"), &net), Err(Error::File { .. })));
        assert_eq!(other, before);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
