//! The program's allocator with a count of what is asked of it.

#![allow(
    unsafe_code,
    reason = "an allocator cannot be written without; this one hands everything on to another"
)]

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64};

use mimalloc::MiMalloc;

/// Counts while [`Counting::count`] runs, and costs a look at a flag otherwise.
pub struct Counting {
    counts: AtomicBool,
    allocations: AtomicU64,
    bytes: AtomicU64,
    /// What is held beyond what was held when the count began.
    held: AtomicI64,
    most_held: AtomicI64,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Calls that gave memory, those among them that made a piece larger or smaller.
    pub allocations: u64,
    /// The size of all these pieces; of those that were made larger, what was added.
    pub bytes: u64,
    /// The most that was held at a time beyond what was held before, in bytes.
    pub peak: u64,
}

impl Counting {
    pub const fn new() -> Self {
        Self {
            counts: AtomicBool::new(false),
            allocations: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            held: AtomicI64::new(0),
            most_held: AtomicI64::new(0),
        }
    }

    /// Counts what is asked for while something is done, by all threads.
    pub fn count<T>(&self, action: impl FnOnce() -> T) -> (T, Asked) {
        self.allocations.store(0, Relaxed);
        self.bytes.store(0, Relaxed);
        self.held.store(0, Relaxed);
        self.most_held.store(0, Relaxed);
        self.counts.store(true, Relaxed);
        let made = action();
        self.counts.store(false, Relaxed);
        let asked = Asked {
            allocations: self.allocations.load(Relaxed),
            bytes: self.bytes.load(Relaxed),
            peak: self.most_held.load(Relaxed).unsigned_abs(),
        };
        (made, asked)
    }

    fn given(&self, before: usize, after: usize) {
        if !self.counts.load(Relaxed) {
            return;
        }
        self.allocations.fetch_add(1, Relaxed);
        self.bytes.fetch_add(after.saturating_sub(before) as u64, Relaxed);
        let change = after as i64 - before as i64;
        let held = self.held.fetch_add(change, Relaxed) + change;
        self.most_held.fetch_max(held, Relaxed);
    }

    fn taken_back(&self, size: usize) {
        if self.counts.load(Relaxed) {
            self.held.fetch_sub(size as i64, Relaxed);
        }
    }
}

// SAFETY: every call goes to mimalloc with what it was called with, and its answer back.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.given(0, layout.size());
        unsafe { MiMalloc.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.given(0, layout.size());
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        self.given(layout.size(), size);
        unsafe { MiMalloc.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        self.taken_back(layout.size());
        unsafe { MiMalloc.dealloc(pointer, layout) }
    }
}
