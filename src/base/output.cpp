#include <algorithm>
#include <new>
#include <rowferry/base/output.hpp>

namespace rowferry {

Chunk* Chunk::create(std::size_t capacity, OutputUsage& usage) {
  void* memory = ::operator new(sizeof(Chunk) + capacity);
  usage.bytes.fetch_add(capacity, std::memory_order_relaxed);
  usage.chunks.fetch_add(1, std::memory_order_relaxed);
  return new (memory) Chunk(capacity, usage);
}

void Chunk::release(std::uint32_t times) noexcept {
  if (references_.fetch_sub(times, std::memory_order_acq_rel) != times) return;
  OutputUsage& usage = usage_;
  const std::size_t capacity = capacity_;
  this->~Chunk();
  ::operator delete(static_cast<void*>(this));
  usage.bytes.fetch_sub(capacity, std::memory_order_relaxed);
  usage.chunks.fetch_sub(1, std::memory_order_relaxed);
}

Output::Output(OutputUsage& usage, std::size_t chunk_bytes)
    : chunk_(Chunk::create(chunk_bytes, usage)), usage_(usage), chunk_bytes_(chunk_bytes) {
  cursor_ = record_ = chunk_->data();
  end_ = cursor_ + chunk_->capacity();
}

Output::~Output() { chunk_->release(); }

void Output::begin_anew() {
  Chunk* const next = Chunk::create(chunk_bytes_, usage_);
  chunk_->release();
  chunk_ = next;
  record_ = cursor_ = next->data();
  end_ = record_ + next->capacity();
}

void Output::grow(std::size_t n) {
  const std::size_t written = size();
  std::size_t needed = written + n;
  if (needed > chunk_bytes_) needed += chunk_bytes_ / 4; // what ends a large record must not move it once more
  // A record that begins its chunk has had one to itself: doubling keeps the copies of a growing record linear.
  const std::size_t wanted = record_ == chunk_->data() ? 2 * chunk_->capacity() : chunk_bytes_;
  Chunk* const next = Chunk::create(std::max({chunk_bytes_, wanted, needed}), usage_);
  if (written != 0) std::memcpy(next->data(), record_, written);
  chunk_->release();
  chunk_ = next;
  record_ = next->data();
  cursor_ = record_ + written;
  end_ = record_ + next->capacity();
}

} // namespace rowferry
