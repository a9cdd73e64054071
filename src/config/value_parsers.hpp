// One scalar of the configuration: text to its type.
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace rowferry {

/// What is wrong with a value, without the value itself ("is no duration: …"); nothing when it was stored.
using Complaint = std::optional<std::string>;

Complaint set_text(std::string& out, std::string_view text);
/// One of `choices`; the complaint lists them, or names the nearest.
Complaint set_choice(std::string& out, std::string_view text, std::initializer_list<std::string_view> choices);
/// base64, replace, fail.
inline Complaint set_invalid_text(std::string& out, std::string_view text) {
  return set_choice(out, text, {"base64", "replace", "fail"});
}
/// true, false; yes, no, on, off as YAML 1.1 has them.
Complaint set_flag(bool& out, std::string_view text);
/// `500ms`, `15s`, `1m`, `1h`, whole numbers; within [least, most].
Complaint set_duration(std::chrono::milliseconds& out, std::string_view text, std::chrono::milliseconds least,
                       std::chrono::milliseconds most);
/// Letters, digits, `.`, `_`, `-`: what a file, a topic and a client id may all be named.
Complaint set_name(std::string& out, std::string_view text);

/// A whole number within [1, most].
template <class Integer>
Complaint set_number(std::optional<Integer>& out, std::string_view text,
                     Integer most = std::numeric_limits<Integer>::max()) {
  Integer value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 1 || value > most) {
    return "is no whole number from 1 to " + std::to_string(most);
  }
  out = value;
  return {};
}

} // namespace rowferry
