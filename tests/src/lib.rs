//! What the `course` tool is made of: the builder of the notebooks, the launcher of the notebooks' kernel and the harness that
//! runs and judges the notebooks.

pub mod answers;
pub mod build;
pub mod cargo_home;
pub mod cell;
pub mod client;
pub mod doctor;
pub mod evcxr;
pub mod execution;
pub mod grade;
pub mod guide;
pub mod judge;
pub mod launcher;
pub mod manifest;
pub mod memory;
pub mod modules;
pub mod native;
pub mod place;
pub mod priority;
pub mod processes;
pub mod progress;
pub mod reaper;
pub mod relay;
pub mod report;
pub mod run;
pub mod seeds;
pub mod sieve;
pub mod spare;
pub mod sweep;
pub mod sysroot;
pub mod template;
pub mod text;
pub mod work_folder;
