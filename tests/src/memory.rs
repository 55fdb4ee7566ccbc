//! How much memory is free, and how much a kernel holds.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The memory, in MB, that a new program can have; none where the system does not tell.
pub fn free_mb() -> Option<u64> {
    if cfg!(target_os = "macos") {
        let output = Command::new("vm_stat").output().ok()?;
        return macos_mb(&String::from_utf8_lossy(&output.stdout));
    }
    let machine = linux_mb(&fs::read_to_string("/proc/meminfo").ok()?)?;
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let containers = containers(Path::new("/sys/fs/cgroup"), &own);
    containers.iter().filter_map(|folder| container_mb(folder)).chain([machine]).min()
}

/// The folders of the control groups that a process is in, one in the other, by what the system says of it. (In a
/// container it sees the innermost as the root of all.)
fn containers(root: &Path, cgroup: &str) -> Vec<PathBuf> {
    let own = cgroup.lines().find_map(|line| line.strip_prefix("0::/")).unwrap_or_default();
    root.join(own)
        .ancestors()
        .take_while(|folder| folder.starts_with(root))
        .map(Path::to_owned)
        .collect()
}

fn linux_mb(meminfo: &str) -> Option<u64> {
    Some(number(meminfo, "MemAvailable:")? / 1024)
}

/// What is left of a container's limit, if it has one.
fn container_mb(cgroup: &Path) -> Option<u64> {
    let read = |name: &str| fs::read_to_string(cgroup.join(name)).ok();
    let limit: u64 = read("memory.max")?.trim().parse().ok()?;
    let used: u64 = read("memory.current")?.trim().parse().ok()?;
    // Pages of files that nobody has asked for lately are dropped when memory is needed.
    let cached = number(&read("memory.stat")?, "inactive_file").unwrap_or(0);
    Some(limit.saturating_sub(used.saturating_sub(cached)) >> 20)
}

fn macos_mb(vm_stat: &str) -> Option<u64> {
    let page = number(vm_stat, "Mach Virtual Memory Statistics: (page size of")?;
    let pages =
        ["Pages free:", "Pages inactive:", "Pages speculative:", "Pages purgeable:"];
    let free: Option<u64> = pages.iter().map(|name| number(vm_stat, name)).sum();
    Some((free? * page) >> 20)
}

/// The number behind `name`, which begins a line.
fn number(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?.trim_start();
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest[..end].parse().ok()
}

/// The resident memory of a process and its descendants, in kB; 0 where there is no `/proc`.
pub fn tree_kb(root: u32) -> u64 {
    let mut processes = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
        };
        if let (Some(id), Some(parent)) = (field("Pid:"), field("PPid:")) {
            processes.push((id, parent, field("VmRSS:").unwrap_or(0)));
        }
    }
    let mut tree = vec![u64::from(root)];
    let mut total = 0;
    while let Some(id) = tree.pop() {
        total +=
            processes.iter().filter(|process| process.0 == id).map(|p| p.2).sum::<u64>();
        tree.extend(processes.iter().filter(|process| process.1 == id).map(|p| p.0));
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_system_is_understood() {
        let linux = "MemTotal:  16000000 kB\nMemFree: 1 kB\nMemAvailable:    3145728 kB\n";
        assert_eq!(linux_mb(linux), Some(3072));
        assert_eq!(linux_mb("MemFree: 1 kB\n"), None);
        let macos = "Mach Virtual Memory Statistics: (page size of 16384 bytes)\n\
             Pages free:                               64000.\n\
             Pages active:                            900000.\n\
             Pages inactive:                          128000.\n\
             Pages speculative:                         1000.\n\
             Pages purgeable:                           3640.\n";
        assert_eq!(macos_mb(macos), Some(196_640 * 16 / 1024));
    }

    #[test]
    fn a_container_has_what_its_limit_leaves() {
        let cgroup = tempfile::tempdir().unwrap();
        let write =
            |name: &str, text: &str| fs::write(cgroup.path().join(name), text).unwrap();
        assert_eq!(container_mb(cgroup.path()), None, "no container");
        write("memory.max", "max\n");
        write("memory.current", "1073741824\n");
        write("memory.stat", "anon 5\ninactive_file 268435456\n");
        assert_eq!(container_mb(cgroup.path()), None, "no limit");
        write("memory.max", "2147483648\n");
        assert_eq!(container_mb(cgroup.path()), Some(1280));
    }

    #[test]
    fn a_class_room_limits_each_user_in_a_group_of_their_own() {
        let groups = |text| containers(Path::new("/groups"), text);
        let paths = |paths: &[&str]| paths.iter().map(PathBuf::from).collect::<Vec<_>>();
        assert_eq!(groups("0::/\n"), paths(&["/groups"]));
        assert_eq!(
            groups("3:cpu:/\n0::/hub/ada\n"),
            paths(&["/groups/hub/ada", "/groups/hub", "/groups"])
        );
    }

    #[test]
    fn this_system_tells() {
        assert!(free_mb().is_some_and(|mb| mb > 0));
    }
}
