//! Runs shared out among machines: which ones are mine?
//!
//! A run's chance comes from its index alone (see [`stream`](crate::prob::random::stream)), so it does not matter who
//! computes it, or how often. All that a cluster has to be told is a range of indices.

use std::ops::Range;

use crate::error::{Error, Result};

/// The indices of one of `shards` shares of `n` runs: contiguous, and no share more than one larger than another.
///
/// ```text
/// ⌊i n / k⌋ … ⌊(i + 1) n / k⌋ − 1
/// ```
/// Where there are more shares than runs, some are empty.
///
/// # Errors
/// - [`Error::Empty`]: no share.
/// - [`Error::OutOfRange`]: there is no such share.
///
/// ```
/// # use aif_lib::prelude::*;
/// assert_eq!((shard(10, 0, 3)?, shard(10, 1, 3)?, shard(10, 2, 3)?), (0..3, 3..6, 6..10));
/// # Ok::<(), aif_lib::Error>(())
/// ```
pub fn shard(n: usize, i: usize, shards: usize) -> Result<Range<usize>> {
    if shards == 0 {
        return Err(Error::Empty { what: "the list of shares".into() });
    }
    if i >= shards {
        return Err(Error::OutOfRange { what: "the share".into(), index: i, len: shards });
    }
    // In wide numbers, so that no product overflows.
    let border = |i: usize| (i as u128 * n as u128 / shards as u128) as usize;
    Ok(border(i)..border(i + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_in_one_share_and_the_shares_are_even() {
        for n in [0, 1, 2, 7, 100, usize::MAX] {
            for shards in [1, 2, 3, 7, 13, 200] {
                let all: Vec<_> =
                    (0..shards).map(|i| shard(n, i, shards).unwrap()).collect();
                assert_eq!((all[0].start, all[shards - 1].end), (0, n));
                assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
                let sizes = all.iter().map(Range::len);
                let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
                assert!(most - least <= 1, "{n} in {shards}: {least} to {most}");
            }
        }
    }

    #[test]
    fn a_share_that_is_not_there_is_refused() {
        assert!(shard(5, 0, 0).unwrap_err().to_string().contains("empty"));
        let text = shard(5, 3, 3).unwrap_err().to_string();
        assert!(text.contains("the share is 3, but there are only 3"), "{text}");
    }
}
