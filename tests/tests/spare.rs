//! The spare kernel, by the orders of its owner. (tests/jupyter/test_spare.py has a real server as the owner.)

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use common::{COURSE, command, course};
use course::client::Kernel;
use course::place::Course;
use course::spare::Spare;
use tokio::time::sleep;

const DEP: &str = ":dep aif-lib = { path = \"../aif-lib\" }";
const PATIENCE: Duration = Duration::from_secs(180);

/// Starts a spare with other limits than the usual ones.
fn start(root: &Path, limits: &[&str]) -> Spare {
    course::place::set_program(Path::new(COURSE));
    fs::create_dir_all(root.join("solutions")).unwrap();
    let mut command = command(root);
    command.args(["kernel", "--spare"]).args(limits).current_dir(root.join("solutions"));
    Spare::start_with(command).unwrap()
}

/// The folders of the running kernels.
fn folders(root: &Path) -> Vec<PathBuf> {
    let kernels = Course::at(root).unwrap().kernels().unwrap();
    let entries = fs::read_dir(kernels).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

async fn assert_gone(root: &Path) {
    let end = Instant::now() + Duration::from_secs(20);
    while !folders(root).is_empty() {
        assert!(Instant::now() < end, "left: {:?}", folders(root));
        sleep(Duration::from_millis(50)).await;
    }
}

/// Runs the course's first cells, and then one more.
async fn shows(kernel: &mut Kernel, dependency: &str, code: &str) -> String {
    for code in [dependency, "use aif_lib::prelude::*;"] {
        let outputs = kernel.execute(code, PATIENCE).await.unwrap().outputs;
        assert_eq!(course::judge::trouble(&outputs), None, "{code}");
    }
    format!("{:?}", kernel.execute(code, PATIENCE).await.unwrap().outputs)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_keeps_within_its_limits() {
    let root = course("spare");
    // Where memory is short there is none.
    let mut spare = start(&root, &["--memory", "1000000000"]);
    spare.order("warm").await.unwrap();
    sleep(Duration::from_secs(2)).await;
    assert_eq!(spare.ask("state").await.unwrap(), "waiting");
    assert_eq!(spare.ask("take").await.unwrap(), "no");
    assert_eq!(folders(&root), Vec::<PathBuf>::new());
    spare.let_go().unwrap();

    // One that nobody takes ends.
    let mut spare = start(&root, &["--lifetime", "2"]);
    spare.order("warm").await.unwrap();
    assert!(spare.warm(PATIENCE).await);
    while spare.ask("state").await.is_ok() {
        sleep(Duration::from_millis(100)).await;
    }
    assert_gone(&root).await;

    // Nor does one outlive its owner.
    let mut spare = start(&root, &[]);
    spare.order("warm").await.unwrap();
    sleep(Duration::from_secs(1)).await;
    drop(spare);
    assert_gone(&root).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_can_be_taken_before_it_is_warm() {
    let root = course("spare-early");
    let mut spare = start(&root, &[]);
    spare.order("warm").await.unwrap();
    while spare.ask("state").await.unwrap() == "waiting" || folders(&root).is_empty() {
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(500)).await;
    let mut kernel = spare.take().await.unwrap();
    assert!(shows(&mut kernel, DEP, "edition() + 1").await.contains("\"2\""));
    kernel.shut_down().await.unwrap();
    assert_gone(&root).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spare_has_the_features_of_the_last_notebook() {
    let root = course("spare-features");
    let compiled = |folder: &Path| {
        let libraries = folder.join("cell/target").canonicalize().unwrap();
        let find = std::process::Command::new("find")
            .arg(libraries)
            .args(["-name", "libitoa-*.rlib"])
            .output();
        !find.unwrap().stdout.is_empty()
    };
    let dependency = DEP.replace(" }", ", features = [\"extra\"] }");
    let mut spare = start(&root, &[]);
    spare.order(&format!("warm {dependency}")).await.unwrap();
    assert!(spare.warm(PATIENCE).await);
    assert!(compiled(&folders(&root)[0]), "the feature's crate is compiled in advance");
    let mut kernel = spare.take().await.unwrap();
    assert!(shows(&mut kernel, &dependency, "edition() + 1").await.contains("\"2\""));
    kernel.shut_down().await.unwrap();
    assert_gone(&root).await;
}
