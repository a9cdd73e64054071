// A password that does not end up in a log, an error or a core file.
#pragma once

#include <string>
#include <string_view>

namespace rowferry {

/// Owns secret bytes in memory that is left out of core dumps (MADV_DONTDUMP) and overwritten when dropped.
/// Has no stream or format operator on purpose.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string_view text);
  Secret(const Secret& other);
  Secret& operator=(const Secret& other);
  Secret(Secret&& other) noexcept;
  Secret& operator=(Secret&& other) noexcept;
  ~Secret();

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  /// For handing to a client library. Ends with a NUL that size does not count.
  [[nodiscard]] std::string_view reveal() const noexcept { return {data_ == nullptr ? "" : data_, size_}; }

 private:
  void drop() noexcept;

  char* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t mapped_ = 0;
};

} // namespace rowferry
