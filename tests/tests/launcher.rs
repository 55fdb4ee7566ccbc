//! The launcher on real kernels: each in a folder of its own, and nothing is left behind however
//! it ends.

#![allow(clippy::unwrap_used)]

#[allow(dead_code)]
mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use common::{COURSE, Cell, FIRST_CELLS, command, course, launcher, write_notebook};
use course::client::Kernel;
use course::execution::Execution;
use course::place::Course;
use course::processes::Seen;
use course::template::Template;
use jupyter_protocol::{ConnectionInfo, JupyterMessage, KernelInfoRequest};
use jupyter_zmq_client::{
    create_client_control_connection, create_client_shell_connection_with_identity,
    peer_identity_for_session,
};
use nbformat::v4::Output;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

const DEP: &str = ":dep aif-lib = { path = \"../aif-lib\" }";
const USE: &str = "use aif_lib::prelude::*;";
const PATIENCE: Duration = Duration::from_secs(120);

async fn start(root: &Path) -> Kernel {
    course::place::set_program(Path::new(COURSE));
    fs::create_dir_all(root.join("solutions")).unwrap();
    Kernel::start(&root.join("solutions"), |file| Ok(launcher(root, file))).await.unwrap()
}

/// What a cell shows as plain text; it must not fail.
async fn value(kernel: &mut Kernel, code: &str) -> String {
    let Execution { outputs, fault, .. } = kernel.execute(code, PATIENCE).await.unwrap();
    assert_eq!(course::judge::trouble(&outputs), None, "{code}");
    assert_eq!(fault, None, "{code}");
    outputs.iter().map(plain).collect()
}

fn plain(output: &Output) -> String {
    let value = serde_json::to_value(output).unwrap();
    let text = &value["data"]["text/plain"];
    let lines =
        text.as_array().map(|lines| lines.iter().filter_map(|l| l.as_str()).collect());
    lines.or(text.as_str().map(str::to_owned)).unwrap_or_default().trim().to_owned()
}

fn kernels(root: &Path) -> PathBuf {
    Course::at(root).unwrap().kernels().unwrap()
}

/// The folders of the running kernels.
fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(kernels(root)).unwrap();
    entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect()
}

/// The processes that work for the kernel in `folder` (Linux).
fn processes(folder: &Path) -> Vec<Pid> {
    let name = folder.to_str().unwrap().as_bytes();
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let environment = fs::read(entry.path().join("environ")).unwrap_or_default();
        let id = entry.file_name().to_str().and_then(|id| id.parse().ok());
        if environment.windows(name.len()).any(|window| window == name) {
            found.extend(id.and_then(Pid::from_raw));
        }
    }
    found
}

fn kill(id: u32, signal: Signal) {
    kill_process(Pid::from_raw(id as i32).unwrap(), signal).unwrap();
}

/// Waits until nothing is left of the kernel in `folder`.
fn assert_gone(folder: &Path) {
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        let (running, lock) = (processes(folder), folder.with_extension("lock"));
        if running.is_empty() && !folder.exists() && !lock.exists() {
            return;
        }
        assert!(
            Instant::now() < patience,
            "left: processes {running:?}, folder {}, lock {}",
            folder.exists(),
            lock.exists()
        );
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// The kernel of a launcher.
fn child_of(launcher: u32) -> u32 {
    let path = format!("/proc/{launcher}/task/{launcher}/children");
    let children = fs::read_to_string(path).unwrap();
    let name =
        |id: &str| fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default();
    let kernel = children.split_whitespace().find(|id| name(id).starts_with("evcxr"));
    kernel.expect("the launcher has a kernel").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn every_end_leaves_nothing_behind() {
    let root = course("launcher");
    let kernels = kernels(&root);
    // What a machine that crashed left.
    fs::create_dir_all(kernels.join("crashed/cell")).unwrap();

    // Two at once, each in a folder of its own.
    let mut first = start(&root).await;
    let first_folder = folders(&root).pop().unwrap();
    assert!(!kernels.join("crashed").exists(), "leftovers are swept");
    let mut second = start(&root).await;
    assert!(first_folder.exists(), "a living kernel's folder is not swept");
    let second_folder = folders(&root).into_iter().find(|f| *f != first_folder).unwrap();
    for kernel in [&mut first, &mut second] {
        value(kernel, DEP).await;
        value(kernel, USE).await;
    }
    assert_eq!(value(&mut first, "let x: u32 = edition();\nx + 1").await, "2");
    assert_eq!(value(&mut second, "edition()").await, "1");

    // The versions are the repository's, though cargo alone would choose newer ones, and those
    // of a feature that is not asked for stay locked.
    let lock = fs::read_to_string(first_folder.join("Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"cfg-if\"\nversion = \"1.0.4\""), "{lock}");
    assert!(lock.contains("name = \"itoa\"\nversion = \"1.0.18\""), "{lock}");

    // SIGINT interrupts the cell; the kernel goes on, its functions kept.
    value(&mut first, "fn seven() -> u32 {\n    7\n}").await;
    let launcher = first.process_id().unwrap();
    let interrupt = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        kill(launcher, Signal::INT);
    });
    let cell = first.execute("loop { std::hint::spin_loop(); }", PATIENCE).await.unwrap();
    interrupt.await.unwrap();
    assert!(cell.alive && cell.seconds < 60.0, "{cell:?}");
    assert!(course::judge::trouble(&cell.outputs).unwrap().contains("terminated"));
    assert_eq!(value(&mut first, "seven()").await, "7");

    // Asked to end.
    first.shut_down().await.unwrap();
    assert_gone(&first_folder);

    // The launcher is killed while a cell is running.
    let launcher = second.process_id().unwrap();
    let killer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        kill(launcher, Signal::KILL);
    });
    let cell = second.execute("loop { std::hint::spin_loop(); }", PATIENCE).await.unwrap();
    killer.await.unwrap();
    assert!(!cell.alive && cell.fault.is_some(), "{cell:?}");
    assert_gone(&second_folder);

    // The kernel is killed while a cell is running.
    let mut third = start(&root).await;
    let third_folder = folders(&root).pop().unwrap();
    let kernel = child_of(third.process_id().unwrap());
    let killer = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(3)).await;
        kill(kernel, Signal::KILL);
    });
    let cell = third.execute("loop { std::hint::spin_loop(); }", PATIENCE).await.unwrap();
    killer.await.unwrap();
    assert_eq!(cell.fault.as_deref(), Some("the kernel died (exit status: 137)"));
    assert_gone(&third_folder);

    // The launcher is asked to end by a signal.
    let fourth = start(&root).await;
    let fourth_folder = folders(&root).pop().unwrap();
    kill(fourth.process_id().unwrap(), Signal::TERM);
    assert_gone(&fourth_folder);
    assert_eq!(folders(&root), Vec::<PathBuf>::new());
}

/// Jupyter interrupts a kernel before it ends it, and then nobody answers.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_does_not_wait_for_a_kernel_that_is_gone() {
    let root = course("gone");
    for _ in 0..4 {
        let kernel = start(&root).await;
        let folder = folders(&root).pop().unwrap();
        let launcher = kernel.process_id().unwrap();
        // When the launcher wakes up, both have come; which it sees first is left to chance.
        let child = child_of(launcher);
        kill(launcher, Signal::STOP);
        kill(child, Signal::KILL);
        while !Seen::of(child as i32).unwrap().has_ended() {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(launcher, Signal::INT);
        kill(launcher, Signal::CONT);
        assert_gone(&folder);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kernel_ends_with_the_server_that_owns_it() {
    let root = course("owner");
    course::place::set_program(Path::new(COURSE));
    fs::create_dir_all(root.join("solutions")).unwrap();
    // The shell stands for a Jupyter server: it starts the launcher and is killed.
    let launcher = |connection_file: &Path| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "\"$0\" kernel \"$1\" & wait", COURSE]).arg(connection_file);
        shell.env("COURSE_ROOT", &root).env("JPY_PARENT_PID", "1");
        Ok(shell)
    };
    let mut kernel = Kernel::start(&root.join("solutions"), launcher).await.unwrap();
    let folder = folders(&root).pop().unwrap();
    value(&mut kernel, "let a = 1;").await;
    kill(kernel.process_id().unwrap(), Signal::KILL);
    assert_gone(&folder);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_library_is_rebuilt_in_that_kernels_copy_only() {
    let root = course("edited");
    let mut before = start(&root).await;
    let before_folder = folders(&root).pop().unwrap();
    value(&mut before, DEP).await;
    value(&mut before, USE).await;
    let templates = Course::at(&root).unwrap().templates().unwrap();
    let untouched = [libraries(&before_folder), libraries(&templates)];
    // Without and with the feature that the manifest names.
    assert!(untouched.iter().all(|libraries| libraries.len() == 2));

    let library = root.join("aif-lib/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text.replacen("        1\n", "        2\n", 1)).unwrap();
    let mut after = start(&root).await;
    let after_folder = folders(&root).into_iter().find(|f| *f != before_folder).unwrap();
    assert!(contents(&after_folder) == contents(&templates), "a copy of the template");
    value(&mut after, DEP).await;
    value(&mut after, USE).await;
    assert_eq!(value(&mut after, "edition()").await, "2");
    assert!(contents(&after_folder) != contents(&templates), "its own build");
    assert!([libraries(&before_folder), libraries(&templates)] == untouched);

    fs::write(&library, text).unwrap();
    after.shut_down().await.unwrap();
    before.shut_down().await.unwrap();
}

/// Interrupts the kernel after a moment, as Jupyter does.
fn interrupt_after(kernel: &Kernel, moment: Duration) {
    let launcher = kernel.process_id().unwrap();
    tokio::spawn(async move {
        tokio::time::sleep(moment).await;
        kill(launcher, Signal::INT);
    });
}

fn text(cell: &Execution, stream: &str) -> String {
    let texts = cell.outputs.iter().map(|output| match output {
        Output::Stream { name, text } if name == stream => text.0.as_str(),
        _ => "",
    });
    texts.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_loop_that_prints_leaves_the_next_cell_alone() {
    let root = course("flood");
    let mut kernel = start(&root).await;
    value(&mut kernel, "let kept = 5;\nfn seven() -> u32 {\n    7\n}").await;
    for (print, stream) in [("println", "stdout"), ("eprintln", "stderr")] {
        interrupt_after(&kernel, Duration::from_secs(4));
        let flood = format!("loop {{\n    {print}!(\"{{}}\", \"flood \".repeat(10));\n}}");
        let cell = kernel.execute(&flood, PATIENCE).await.unwrap();
        let text = text(&cell, stream);
        let lines = text.lines().filter(|line| line.starts_with("flood")).count();
        assert!(lines == 2000 && text.contains("is not shown"), "{lines} lines");
        assert!(cell.seconds < 20.0, "{}", cell.seconds);
        let told = format!("{:?}", cell.outputs);
        assert!(told.contains("variables") && told.contains("are gone"), "{told:.2000}");
        let next = kernel.execute("seven()", PATIENCE).await.unwrap();
        assert_eq!(next.outputs.len(), 1, "{:?}", next.outputs);
        assert!(plain(&next.outputs[0]) == "7" && next.seconds < 5.0, "{next:?}");
    }

    // One that ends by itself shows its value, and the next one prints anew.
    let long = "for i in 0..100_000 {\n    println!(\"{i}\");\n}\n\"end\"";
    let cell = kernel.execute(long, PATIENCE).await.unwrap();
    assert_eq!(text(&cell, "stdout").lines().count(), 2001);
    assert_eq!(cell.outputs.iter().map(plain).collect::<String>(), "\"end\"");
    let cell = kernel.execute("print!(\"no line's end\");", PATIENCE).await.unwrap();
    assert_eq!(text(&cell, "stdout"), "no line's end\n");
    let cell = kernel.execute("print!(\"a\");\n3", PATIENCE).await.unwrap();
    assert_eq!(
        (text(&cell, "stdout").as_str(), plain(&cell.outputs[1]).as_str()),
        ("a\n", "3")
    );
    kernel.shut_down().await.unwrap();
}

/// The ports are free when the kernel is told of them. A thread takes one in the instant in which it is let go.
#[tokio::test(flavor = "multi_thread")]
async fn a_port_that_is_taken_in_between_costs_a_second_start() {
    let root = course("ports");
    let starts = AtomicUsize::new(0);
    let start = |connection_file: &Path| {
        if starts.fetch_add(1, Ordering::SeqCst) == 0 {
            let told: Value = serde_json::from_slice(&fs::read(connection_file)?)?;
            let port = u16::try_from(told["iopub_port"].as_u64().unwrap())?;
            std::thread::spawn(move || {
                let taken = loop {
                    if let Ok(taken) = TcpListener::bind(("127.0.0.1", port)) {
                        break taken;
                    }
                };
                std::thread::sleep(Duration::from_secs(60));
                drop(taken);
            });
        }
        Ok(launcher(&root, connection_file))
    };
    course::place::set_program(Path::new(COURSE));
    let mut kernel = Kernel::start(&root, start).await.unwrap();
    assert_eq!(value(&mut kernel, "6 * 7").await, "42");
    assert_eq!(starts.load(Ordering::SeqCst), 2);
    kernel.shut_down().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupt_at_rest_does_nothing() {
    let root = course("rest");
    let mut kernel = start(&root).await;
    value(&mut kernel, "let kept = 5;").await;
    for _ in 0..3 {
        interrupt_after(&kernel, Duration::ZERO);
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(value(&mut kernel, "kept").await, "5");
    }
    kernel.shut_down().await.unwrap();
}

/// As a Jupyter server does: it asks a kernel that is slow to start again and again, and leaves at the first answer.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_asks_and_does_not_wait_for_the_answers_does_no_harm() {
    let root = course("leaves");
    let told = Mutex::new(None);
    let start = |connection_file: &Path| {
        *told.lock().unwrap() = Some(serde_json::from_slice(&fs::read(connection_file)?)?);
        Ok(launcher(&root, connection_file))
    };
    course::place::set_program(Path::new(COURSE));
    let mut kernel = Kernel::start(&root, start).await.unwrap();
    value(&mut kernel, "let kept = 5;").await;
    let told: ConnectionInfo = told.lock().unwrap().take().unwrap();
    let question = || JupyterMessage::from(KernelInfoRequest {});
    for _ in 0..10 {
        let name = peer_identity_for_session("leaves").unwrap();
        let shell = create_client_shell_connection_with_identity(&told, "leaves", name);
        let mut shell = shell.await.unwrap();
        let mut control = create_client_control_connection(&told, "leaves").await.unwrap();
        for _ in 0..20 {
            shell.send(question()).await.unwrap();
            control.send(question()).await.unwrap();
        }
        control.read().await.unwrap();
    }
    assert_eq!(value(&mut kernel, "kept").await, "5");
    kernel.shut_down().await.unwrap();
}

/// What learners get wrong first. evcxr checks such a cell with `cargo check`.
#[tokio::test(flavor = "multi_thread")]
async fn a_first_mistake_is_answered_at_once() {
    let root = course("mistakes");
    let template = Template::current(&Course::at(&root).unwrap()).unwrap();
    let template = template.folder().to_owned();
    let mistakes = [
        ("let v = Vec::new();", "type"),
        ("let half = |x: f64| x / 2.0;", "closure"),
        ("let n = \"5\".parse().unwrap();", "type"),
    ];
    for (mistake, told) in mistakes {
        let mut kernel = start(&root).await;
        let folder = folders(&root).pop().unwrap();
        value(&mut kernel, DEP).await;
        value(&mut kernel, USE).await;
        let cell = kernel.execute(mistake, PATIENCE).await.unwrap();
        let trouble = course::judge::trouble(&cell.outputs).unwrap();
        assert!(trouble.contains(told), "{mistake}: {trouble}");
        // For running and for checking, the library in two forms, its dependency, and another crate.
        assert_eq!(compiled(&folder).len(), 8, "{:?}", compiled(&folder));
        assert_eq!(compiled(&folder), compiled(&template), "nothing is compiled again");
        kernel.shut_down().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_features_that_notebooks_ask_for_are_compiled_in_advance() {
    let root = course("named-features");
    let template = Template::current(&Course::at(&root).unwrap()).unwrap();
    let mut kernel = start(&root).await;
    let folder = folders(&root).pop().unwrap();
    value(&mut kernel, &DEP.replace(" }", ", features = [\"named\"] }")).await;
    value(&mut kernel, USE).await;
    assert_eq!(compiled(&folder), compiled(template.folder()), "nothing is compiled again");
    kernel.shut_down().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_crates_of_notebooks_are_compiled_in_advance() {
    let root = course("named-crates");
    let template = Template::current(&Course::at(&root).unwrap()).unwrap();
    let mut kernel = start(&root).await;
    let folder = folders(&root).pop().unwrap();
    value(&mut kernel, &DEP.replace(" }", ", features = [\"named\"] }")).await;
    value(&mut kernel, USE).await;
    value(&mut kernel, ":dep itoa = \"1\"").await;
    assert_eq!(value(&mut kernel, "itoa::Buffer::new().format(7).len()").await, "1");
    assert_eq!(compiled(&folder), compiled(template.folder()), "nothing is compiled again");
    let lock = fs::read_to_string(folder.join("Cargo.lock")).unwrap();
    assert!(lock.contains("name = \"itoa\"\nversion = \"1.0.18\""), "{lock}");
    kernel.shut_down().await.unwrap();
}

#[test]
fn every_crate_that_a_notebook_asks_for_is_among_those() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let manifest = course::manifest::aif_lib(&Course::at(&root).unwrap()).unwrap();
    let mut asked = BTreeSet::new();
    for entry in fs::read_dir(root.join("solutions")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            let text = fs::read_to_string(&path).unwrap();
            let orders = text.lines().filter_map(|line| line.strip_prefix(":dep "));
            asked.extend(
                orders.filter(|line| !line.starts_with("aif-lib")).map(str::to_owned),
            );
        }
    }
    let held: BTreeSet<String> = manifest.crates().iter().cloned().collect();
    assert_eq!(asked, held);
}

/// The compiled crates below `folder`, but for the cells, with the time of it.
fn compiled(folder: &Path) -> BTreeMap<String, SystemTime> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(compiled(&path));
        } else if name.ends_with(".rmeta") && !name.starts_with("libctx-") {
            found.insert(name, fs::metadata(&path).unwrap().modified().unwrap());
        }
    }
    found
}

/// Every compiled aif-lib below `folder`, with its content.
fn libraries(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            found.extend(libraries(&path));
        } else if name.starts_with("libaif_lib-") && name.ends_with(".rlib") {
            let content = fs::read(&path).unwrap();
            found.push((path, content));
        }
    }
    found.sort();
    found
}

/// The compiled aif-lib below `folder`, wherever it lies.
fn contents(folder: &Path) -> BTreeSet<Vec<u8>> {
    libraries(folder).into_iter().map(|(_, content)| content).collect()
}

#[test]
fn a_mistake_in_the_library_is_told_with_its_place_and_costs_no_template() {
    let root = course("mistaken");
    let (library, module) =
        (root.join("aif-lib/src/lib.rs"), root.join("aif-lib/src/wrong.rs"));
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, format!("{text}\npub mod wrong;\n")).unwrap();
    fs::write(&module, "//! Wrong.\npub fn wrong() {\n").unwrap();
    let output = command(&root).args(["kernel", "--prepare"]).output().unwrap();
    fs::write(&library, text).unwrap();
    fs::remove_file(&module).unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && told.contains("aif-lib does not compile"),
        "{told}"
    );
    assert!(told.contains("aif-lib/src/wrong.rs:2:"), "{told}");
    assert!(Template::current(&Course::at(&root).unwrap()).unwrap().is_ready());
}

#[test]
fn a_kernel_starts_without_a_network() {
    let root = course("mini");
    let cells = [&FIRST_CELLS[..], &[Cell("", ":dep itoa = \"1\"")]].concat();
    write_notebook(&root, "offline", "short", &cells);
    let file = root.join("offline/short.ipynb");
    let report = root.join("target/course/offline.json");
    let script = "ip link set lo up 2>/dev/null || exit 77\nexec \"$@\"";
    let output = Command::new("unshare")
        .args(["--net", "--map-root-user", "sh", "-c", script, "sh", COURSE, "run"])
        .arg(&file)
        .arg("--report")
        .arg(&report)
        .env("COURSE_ROOT", &root)
        .output();
    match output {
        Ok(output) if output.status.success() => {}
        Ok(output) if output.status.code() == Some(1) && report.exists() => {
            panic!("{}", String::from_utf8_lossy(&output.stdout))
        }
        _ => eprintln!("skipped: this system does not let a test take the network away"),
    }
}

#[test]
fn the_kernelspec_starts_this_program() {
    let prefix = tempfile::tempdir().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/course");
    let install = || -> serde_json::Value {
        let mut command = command(&root);
        let installed = command.args(["kernel", "--install"]).arg(prefix.path()).status();
        assert!(installed.unwrap().success());
        let spec = prefix.path().join("share/jupyter/kernels/rust/kernel.json");
        serde_json::from_slice(&fs::read(spec).unwrap()).unwrap()
    };
    let spec = install();
    let program = Path::new(spec["argv"][0].as_str().unwrap());
    assert!(program.is_absolute() && program.is_file());
    assert_eq!(spec["argv"][1], "kernel");
    assert_eq!(spec["argv"][2], "{connection_file}");
    assert_eq!(spec["language"], "rust");
    assert_eq!(spec["interrupt_mode"], "signal");

    // Jupyter would hide a kernel whose provisioner is not installed.
    assert_eq!(spec["metadata"], serde_json::Value::Null);
    let packages = prefix.path().join("lib/python3.12/site-packages");
    fs::create_dir_all(&packages).unwrap();
    fs::write(packages.join("course_provisioner.py"), "").unwrap();
    let provisioner = &install()["metadata"]["kernel_provisioner"];
    assert_eq!(provisioner["provisioner_name"], "course-provisioner");
}
