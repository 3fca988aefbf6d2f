//! What glibc's allocator is told, so that memory that answers once needed is given back.
//!
//! For each thread it keeps what is freed at the end of its memory, up to twice the largest piece that
//! was ever freed: after one contract of 20 MB, 40 MB for every thread that handled it. It can be told
//! otherwise only by its environment and before the program starts.

/// Pieces from this size on, and as much free memory at the end, go back to the system; in bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const SETTINGS: [(&str, &str); 2] = [
    ("MALLOC_MMAP_THRESHOLD_", "262144"),
    ("MALLOC_TRIM_THRESHOLD_", "262144"),
];

/// Starts the program anew in its own place, under its own process id, with the allocator told to keep
/// little; returns where it was told something already, or where that cannot be done.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn keep_little() {
    use std::env;
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    let is_told = env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("MALLOC_") || name == "GLIBC_TUNABLES"
    });
    let (Ok(program), Some(name)) = (env::current_exe(), env::args_os().next()) else {
        return;
    };
    if !is_told {
        let mut anew = Command::new(program);
        anew.arg0(name).args(env::args_os().skip(1)).envs(SETTINGS);
        // It returns only when it fails; then more memory is kept, and all else is as it should be.
        let _ = anew.exec();
    }
}

/// Other allocators need not be told.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn keep_little() {}
