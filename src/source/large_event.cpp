#include "source/large_event.hpp"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace rowferry {
namespace {

constexpr std::size_t kFirstCapacity = std::size_t{32} << 20;
constexpr std::size_t kPrefixes = 4096; // more than the spool adds to an event below kFrom
constexpr std::size_t kHead = 4096;     // of a spooled event: more than a payload's description takes

} // namespace

void LargeEvent::begin(const binlog::EventHeader& header) {
  clear();
  claimed_ = header.size;
  if (header.type == binlog::EventType::transaction_payload) {
    rest_.emplace("a compressed transaction");
    if (header.size >= kFrom || rest_->make_file(header.size + kPrefixes)) return;
    rest_.reset(); // what fits one packet fits memory, too
  }
  grow();
}

// Doubled by moving pages, not bytes; those that nothing was written to take no memory.
void LargeEvent::grow() {
  const std::size_t capacity = std::max(kFirstCapacity, capacity_ * 2);
  void* const memory = memory_ == nullptr
                           ? ::mmap(nullptr, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                           : ::mremap(memory_, capacity_, capacity, MREMAP_MAYMOVE);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  memory_ = static_cast<std::uint8_t*>(memory);
  capacity_ = capacity;
}

Result<void> LargeEvent::append(Bytes bytes) {
  if (bytes.size() > claimed_ - size_) {
    return fail(Error::data(fmt::format("the event says it has {} bytes, there are more", claimed_)));
  }
  size_ += bytes.size();
  if (memory_ != nullptr) {
    while (size_ > capacity_) grow();
    std::memcpy(memory_ + size_ - bytes.size(), bytes.data(), bytes.size());
    return {};
  }
  if (head_.size() < kHead) {
    const Bytes first = bytes.first(std::min(kHead - head_.size(), bytes.size()));
    head_.insert(head_.end(), first.begin(), first.end());
    bytes = bytes.subspan(first.size());
  }
  return bytes.empty() ? Result<void>() : rest_->append({}, bytes);
}

Result<binlog::RawEvent> LargeEvent::finish() {
  if (memory_ != nullptr) return binlog::RawEvent(Bytes(memory_, size_));
  if (auto sealed = rest_->seal(); !sealed) return fail(std::move(sealed.error()));
  return binlog::RawEvent(head_, *rest_);
}

void LargeEvent::clear() noexcept {
  if (memory_ != nullptr) ::munmap(memory_, capacity_);
  memory_ = nullptr;
  capacity_ = 0;
  head_.clear();
  rest_.reset();
  claimed_ = size_ = 0;
}

} // namespace rowferry
