#include "sink/in_flight.hpp"

#include <algorithm>
#include <bit>

namespace rowferry {
namespace {

constexpr std::uint32_t kStock = 1024;           // references taken at once
constexpr std::size_t kMaxStocked = 1024 * 1024; // a larger chunk goes with its last message

} // namespace

InFlight::InFlight(std::size_t messages, std::size_t max_bytes)
    : mask_(std::bit_ceil(std::max<std::size_t>(messages, 1)) - 1),
      max_bytes_(max_bytes),
      slots_(std::make_unique<Slot[]>(mask_ + 1)) {}

InFlight::~InFlight() {
  drop_stock();
  for (std::size_t i = 0; i <= mask_; ++i) {
    const Slot& slot = slots_[i];
    if (slot.copies.load(std::memory_order_acquire) != 0 && slot.chunk != nullptr) slot.chunk->release();
  }
}

void InFlight::drop_stock() noexcept {
  if (stock_ != 0) stocked_->release(stock_);
  stock_ = 0;
  stocked_ = nullptr;
}

void InFlight::take_reference(Chunk* chunk) noexcept {
  if (chunk != stocked_ || stock_ == 0) {
    drop_stock();
    if (chunk == nullptr) return;
    if (chunk->capacity() > kMaxStocked) return chunk->retain();
    stocked_ = chunk;
    stock_ = kStock;
    chunk->retain(kStock);
  }
  --stock_;
}

void InFlight::hold(Token token, Chunk* chunk, std::uint32_t copies, std::size_t bytes) noexcept {
  Slot& mine = slot(token);
  take_reference(chunk);
  mine.chunk = chunk;
  mine.refused = false;
  add(held_bytes_, copies * bytes);
  add(held_, 1);
  mine.copies.store(copies, std::memory_order_release);
}

void InFlight::cancel(Token token, std::uint32_t copies, std::size_t bytes) noexcept {
  Slot& mine = slot(token);
  if (mine.chunk != nullptr) mine.chunk->release();
  add(held_bytes_, 0 - copies * bytes);
  add(held_, 0 - std::uint64_t{1});
  mine.copies.store(0, std::memory_order_release);
}

bool InFlight::complete(Token token, std::size_t bytes) noexcept {
  Slot& mine = slot(token);
  const bool refused = mine.refused; // the slot may be the reader's again afterwards
  return count_down(mine, bytes) && !refused;
}

void InFlight::refuse(Token token, std::size_t bytes) noexcept {
  Slot& mine = slot(token);
  mine.refused = true;
  count_down(mine, bytes);
}

bool InFlight::count_down(Slot& mine, std::size_t bytes) noexcept {
  add(completed_bytes_, bytes);
  const std::uint32_t left = mine.copies.load(std::memory_order_acquire) - 1;
  if (left == 0) {
    add(completed_, 1);
    if (mine.chunk != nullptr) mine.chunk->release();
  }
  mine.copies.store(left, std::memory_order_release);
  return left == 0;
}

} // namespace rowferry
