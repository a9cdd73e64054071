#include "damage/counting_allocator.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdlib>
#include <new>

namespace {

thread_local std::ptrdiff_t live = 0;
thread_local std::ptrdiff_t base = 0;
thread_local std::ptrdiff_t peak = 0;

void* allocate(std::size_t size) {
  void* const memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  live += static_cast<std::ptrdiff_t>(::malloc_usable_size(memory));
  peak = std::max(peak, live);
  return memory;
}

void release(void* memory) noexcept {
  if (memory != nullptr) live -= static_cast<std::ptrdiff_t>(::malloc_usable_size(memory));
  std::free(memory);
}

} // namespace

void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { release(memory); }
void operator delete[](void* memory) noexcept { release(memory); }
void operator delete(void* memory, std::size_t) noexcept { release(memory); }
void operator delete[](void* memory, std::size_t) noexcept { release(memory); }

namespace rowferry::test {

std::size_t peak_bytes() noexcept { return static_cast<std::size_t>(peak - base); }
void reset_peak() noexcept { base = peak = live; }

} // namespace rowferry::test
