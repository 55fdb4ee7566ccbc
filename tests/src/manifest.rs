//! What the manifest of aif-lib says of features.

use std::collections::BTreeMap;
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::place::Course;

/// What `cargo metadata` says of aif-lib, as far as it is of interest here.
#[derive(Debug, Deserialize)]
pub struct Package {
    name: String,
    /// Its features, with what each brings.
    pub features: BTreeMap<String, Vec<String>>,
    metadata: Option<PackageMetadata>,
}

#[derive(Debug, Deserialize, Default)]
struct PackageMetadata {
    #[serde(default)]
    notebooks: Notebooks,
}

/// The manifest's `[package.metadata.notebooks]`: what is compiled for notebooks in advance.
#[derive(Debug, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
struct Notebooks {
    #[serde(default)]
    feature_sets: Vec<Vec<String>>,
    #[serde(default)]
    crates: Vec<String>,
}

impl Package {
    /// The sets of features that notebooks ask for.
    pub fn feature_sets(&self) -> &[Vec<String>] {
        self.metadata.as_ref().map_or(&[], |metadata| &metadata.notebooks.feature_sets)
    }

    /// The other crates that a notebook asks for, each as a line of a manifest.
    pub fn crates(&self) -> &[String] {
        self.metadata.as_ref().map_or(&[], |metadata| &metadata.notebooks.crates)
    }
}

/// The manifest of the course's aif-lib.
///
/// # Errors
///
/// If cargo cannot read it.
pub fn aif_lib(course: &Course) -> Result<Package> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let output = Command::new("cargo")
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(course.aif_lib())
        .output()
        .context("cargo is not on PATH")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let metadata: Metadata = serde_json::from_slice(&output.stdout)?;
    let package = metadata.packages.into_iter().find(|package| package.name == "aif-lib");
    package.context("cargo metadata does not name aif-lib")
}

/// How a first cell asks for features.
pub fn wish(features: &[String]) -> String {
    format!("features = {features:?}")
}
