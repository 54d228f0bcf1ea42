//! What the system says of processes: processor time and memory. Where there is no /proc, nothing is known.

/// The unit of the kernel's processor times on every Linux: a hundredth of a second.
const TICKS: f64 = 100.0;

/// Seconds of processor time that all ended children of this process have had.
pub(super) fn seconds_of_children() -> Option<f64> {
    let [.., user, system] = times(&std::fs::read_to_string("/proc/self/stat").ok()?)?;
    Some((user + system) / TICKS)
}

/// The most memory that a process has had resident at once, in mebibytes.
pub(super) fn peak_mib(pid: u32) -> Option<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<f64>().ok()? / 1024.0)
}

/// User and system time of a process, then of its ended children. The name before may hold blanks and brackets.
fn times(stat: &str) -> Option<[f64; 4]> {
    let (_, rest) = stat.rsplit_once(')')?;
    let times: Vec<f64> =
        rest.split_whitespace().skip(11).take(4).filter_map(|field| field.parse().ok()).collect();
    times.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::times;

    #[test]
    fn times_are_found_behind_any_name() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 4194560 100 200 0 0 7 8 90 100 20 0 1 0 5 6 7";
        assert_eq!(times(stat), Some([7.0, 8.0, 90.0, 100.0]));
        assert_eq!(times("42 (cut) S 1 2"), None);
    }
}
