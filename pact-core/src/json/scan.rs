//! Looking for the end of the plain characters of a string.

use memchr::memchr2;

/// Returns whether a byte ends a run of plain characters in a string.
pub(super) fn is_special(byte: u8) -> bool {
    byte == b'"' || byte == b'\\' || byte < b' '
}

/// Returns where the first byte stands that ends a run of plain characters: within the first bytes,
/// where the names end that most strings are, by words of eight, and beyond by vector search.
pub(super) fn plain_length(bytes: &[u8]) -> Option<usize> {
    let (words, _) = bytes.as_chunks::<8>();
    for (at, word) in words.iter().take(NEAR).enumerate() {
        let special = special_bytes(u64::from_le_bytes(*word));
        if special != 0 {
            return Some(at * 8 + special.trailing_zeros() as usize / 8);
        }
    }
    let plain = memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len());
    let control = bytes[..plain].iter().position(|byte| *byte < b' ');
    control.or(Some(plain).filter(|plain| *plain < bytes.len()))
}

/// Sets the highest bit of the first byte that [`is_special`], counted from the lowest; above it
/// other bits may be set.
const fn special_bytes(word: u64) -> u64 {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST: u64 = ONES << 7;
    /// Sets the highest bits of bytes below `bound`, where `bound` is at most 128.
    const fn below(word: u64, bound: u8) -> u64 {
        word.wrapping_sub(ONES * bound as u64) & !word & HIGHEST
    }
    below(word, b' ')
        | below(word ^ (ONES * b'"' as u64), 1)
        | below(word ^ (ONES * b'\\' as u64), 1)
}

/// Words of a string that are scanned before the rest of it is searched.
const NEAR: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_looking_at_each_byte_finds_its_end() {
        for fill in [b'a', b' ', b'!', b'#', b'[', b']', 0x7F, 0x80, 0xA2, 0xFF] {
            for byte in 0..=u8::MAX {
                for before in 0..40 {
                    for after in [
                        &b""[..],
                        b"\"",
                        b"aaaaaaaaaaaaaaaa",
                        b"\\\"\0\x1f aaaaaaaaa",
                    ] {
                        let bytes = [vec![fill; before], vec![byte], after.to_vec()].concat();
                        let expected = bytes.iter().position(|byte| is_special(*byte));
                        assert_eq!(plain_length(&bytes), expected, "{bytes:?}");
                    }
                }
            }
        }
    }
}
