//! Numbers in as many bytes as they need, to be read from front to back.
//!
//! A number is written as LEB128 (DWARF 5, section 7.6): digits of 7 bits, the lowest first, and 128 says that more follow. A
//! step from one number to another is written as twice the way forward, or twice the way back less one (the zigzag of
//! Protocol Buffers), so that small steps are short in either direction.

/// Writes numbers one after another.
#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
}

impl Writer {
    pub fn with_capacity(bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(bytes) }
    }

    #[inline]
    pub fn number(&mut self, number: u32) {
        match number {
            // Nearly all.
            0..128 => self.bytes.push(number as u8),
            _ => self.long_number(number),
        }
    }

    #[inline(never)]
    fn long_number(&mut self, mut number: u32) {
        while number >= 128 {
            self.bytes.push(number as u8 | 128);
            number >>= 7;
        }
        self.bytes.push(number as u8);
    }

    #[inline]
    pub fn step(&mut self, from: u32, to: u32) {
        let step = to.wrapping_sub(from) as i32;
        self.number((step << 1 ^ step >> 31) as u32);
    }

    /// What was written, with no room for more.
    pub fn finish(self) -> Box<[u8]> {
        // One that is only told to shrink may stay where it is.
        self.bytes.as_slice().into()
    }
}

/// Reads what a [`Writer`] has written.
///
/// # Panics
///
/// When more is read than was written.
pub struct Reader<'a> {
    bytes: &'a [u8],
    next: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, next: 0 }
    }

    pub fn is_done(&self) -> bool {
        self.next == self.bytes.len()
    }

    #[inline(always)]
    pub fn byte(&mut self) -> u8 {
        let byte = self.bytes[self.next];
        self.next += 1;
        byte
    }

    #[inline(always)]
    pub fn number(&mut self) -> u32 {
        match self.byte() {
            // Nearly all.
            digit @ 0..128 => u32::from(digit),
            first => {
                let (number, next) = long_number(self.bytes, self.next, first);
                self.next = next;
                number
            }
        }
    }

    #[inline(always)]
    pub fn step(&mut self, from: u32) -> u32 {
        let step = self.number();
        from.wrapping_add(step >> 1 ^ (step & 1).wrapping_neg())
    }

    /// So many bytes that are no numbers.
    pub fn take(&mut self, length: usize) -> &'a [u8] {
        let bytes = &self.bytes[self.next..self.next + length];
        self.next += length;
        bytes
    }
}

/// A number that goes on after its first byte, and where it ends. The place is passed by value: a reader that is lent to
/// anybody is kept in memory and not in registers, by all who read.
#[inline(never)]
fn long_number(bytes: &[u8], mut next: usize, first: u8) -> (u32, usize) {
    let (mut number, mut shift) = (u32::from(first & 127), 7);
    loop {
        let digit = bytes[next];
        next += 1;
        number |= u32::from(digit & 127) << shift;
        if digit < 128 {
            return (number, next);
        }
        shift += 7;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_steps_come_back_in_as_many_bytes_as_they_need() {
        let lengths = [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (u32::MAX, 5)];
        for (number, length) in lengths {
            let mut writer = Writer::default();
            writer.number(number);
            assert_eq!(writer.bytes.len(), length, "{number}");
            assert_eq!(Reader::new(&writer.finish()).number(), number);
        }
        let ends = [0, 1, 1000, u32::MAX / 2, u32::MAX];
        for (from, to) in ends.into_iter().flat_map(|from| ends.map(|to| (from, to))) {
            let mut writer = Writer::default();
            writer.step(from, to);
            if from.abs_diff(to) < 64 {
                assert_eq!(writer.bytes.len(), 1, "from {from} to {to}");
            }
            assert_eq!(Reader::new(&writer.finish()).step(from), to);
        }
    }
}
