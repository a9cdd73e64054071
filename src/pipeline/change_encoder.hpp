// A change in, its messages out.
#pragma once

#include <memory>
#include <rowferry/base/output.hpp>
#include <rowferry/change/change.hpp>
#include <rowferry/encode/encoder.hpp>
#include <rowferry/route/router.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace rowferry {

/// Routes and encodes, on one thread.
class ChangeEncoder {
 public:
  /// All outlive it; `warnings` outlives the router too, which keeps the encoders.
  ChangeEncoder(Router& router, EncodeWarnings& warnings, OutputUsage& usage)
      : router_(router), warnings_(warnings), output_(usage) {}

  /// Drop::none: messages() are those of the change. Else the reason why there are none. The change is of a captured
  /// table.
  Result<Drop> encode(const Change& change);
  /// Valid until the next encode(); keys and values as long as their chunk is retained.
  [[nodiscard]] std::span<const Message> messages() const noexcept {
    return {encoded_.messages.data(), encoded_.count};
  }
  /// For bytes that live as long as those of messages.
  [[nodiscard]] Output& output() noexcept { return output_; }

  [[nodiscard]] bool has_warnings() const noexcept { return !warnings_.lines.empty() || router_.has_warnings(); }
  /// Since the last call.
  std::vector<std::string> take_warnings();
  /// Values that are no text of their character set, so far.
  [[nodiscard]] std::uint64_t invalid_texts() const noexcept { return warnings_.invalid_text; }
  /// Those behind the first `before`, which are counted elsewhere from now on.
  std::uint64_t take_invalid_texts(std::uint64_t before) noexcept {
    return std::exchange(warnings_.invalid_text, before) - before;
  }

 private:
  Result<void> resolve(const Change& change);

  Router& router_;
  EncodeWarnings& warnings_;
  Output output_;
  Route* route_ = nullptr; ///< of schema_
  Encoder* encoder_ = nullptr;
  std::shared_ptr<const TableSchema> schema_;
  Destination destination_;
  Encoded encoded_;
};

} // namespace rowferry
