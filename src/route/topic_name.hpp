// What Kafka allows as the name of a topic.
#pragma once

#include <cstddef>
#include <string_view>

namespace rowferry {

inline constexpr std::size_t kMaxTopicBytes = 249;

struct LegalTopic {
  std::size_t size = 0;  ///< bytes left of the text
  bool replaced = false; ///< characters became `_`
};
/// Rewrites the text in place: each character other than a-z A-Z 0-9 . _ - becomes one `_`.
LegalTopic make_topic_legal(char* text, std::size_t size) noexcept;

/// Why a legal text is no topic ("is empty", "is \"..\""); empty when it is one.
std::string_view topic_problem(std::string_view name) noexcept;

} // namespace rowferry
