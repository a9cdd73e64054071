#include "sink/in_flight.hpp"

#include <algorithm>
#include <bit>

namespace rowferry {

InFlight::InFlight(std::size_t messages, std::size_t max_bytes)
    : mask_(std::bit_ceil(std::max<std::size_t>(messages, 1)) - 1),
      max_bytes_(max_bytes),
      slots_(std::make_unique<Slot[]>(mask_ + 1)) {}

InFlight::~InFlight() {
  for (std::size_t i = 0; i <= mask_; ++i) {
    const Slot& slot = slots_[i];
    if (slot.copies.load(std::memory_order_acquire) != 0 && slot.chunk != nullptr) slot.chunk->release();
  }
}

void InFlight::hold(Token token, Chunk* chunk, std::uint32_t copies, std::size_t bytes) noexcept {
  Slot& mine = slot(token);
  if (chunk != nullptr) chunk->retain();
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
