#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <new>
#include <rowferry/base/secret.hpp>
#include <utility>

namespace rowferry {

// Whole pages of its own: MADV_DONTDUMP works on pages, and no other object then shares one.
Secret::Secret(std::string_view text) {
  if (text.empty()) return;
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const std::size_t mapped = (text.size() + 1 + page - 1) / page * page;
  void* memory = ::mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  ::madvise(memory, mapped, MADV_DONTDUMP);
  data_ = static_cast<char*>(memory); // zero-filled, so the NUL is there
  size_ = text.size();
  mapped_ = mapped;
  std::memcpy(data_, text.data(), text.size());
}

Secret::Secret(const Secret& other) : Secret(other.reveal()) {}

Secret& Secret::operator=(const Secret& other) {
  if (this != &other) *this = Secret(other);
  return *this;
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapped_(std::exchange(other.mapped_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    drop();
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
    mapped_ = std::exchange(other.mapped_, 0);
  }
  return *this;
}

Secret::~Secret() { drop(); }

void Secret::drop() noexcept {
  if (data_ == nullptr) return;
  ::explicit_bzero(data_, mapped_);
  ::munmap(data_, mapped_);
  data_ = nullptr;
  size_ = mapped_ = 0;
}

} // namespace rowferry
