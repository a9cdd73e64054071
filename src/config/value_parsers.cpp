#include "config/value_parsers.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <rowferry/base/text.hpp>

namespace rowferry {
namespace {

using std::chrono::milliseconds;

struct Unit {
  std::string_view suffix;
  std::int64_t in_milliseconds;
};
constexpr std::array<Unit, 4> kUnits{{{"ms", 1}, {"s", 1000}, {"m", 60'000}, {"h", 3'600'000}}};

/// In the largest unit that divides it.
std::string duration_text(milliseconds duration) {
  for (auto unit = kUnits.rbegin(); unit != kUnits.rend(); ++unit) {
    if (duration.count() != 0 && duration.count() % unit->in_milliseconds == 0) {
      return std::to_string(duration.count() / unit->in_milliseconds).append(unit->suffix);
    }
  }
  return "0s";
}

std::optional<milliseconds> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  std::string_view suffix = text.substr(static_cast<std::size_t>(end - text.data()));
  if (suffix.starts_with(' ')) suffix.remove_prefix(1);
  for (const Unit& unit : kUnits) {
    if (suffix == unit.suffix && number <= milliseconds::max().count() / unit.in_milliseconds) {
      return milliseconds(number * unit.in_milliseconds);
    }
  }
  return std::nullopt;
}

} // namespace

Complaint set_text(std::string& out, std::string_view text) {
  if (text.empty()) return "is empty";
  out = text;
  return {};
}

Complaint set_choice(std::string& out, std::string_view text, std::initializer_list<std::string_view> choices) {
  if (std::find(choices.begin(), choices.end(), text) != choices.end()) {
    out = text;
    return {};
  }
  return fmt::format("is none of {}", fmt::join(choices, ", "));
}

Complaint set_flag(bool& out, std::string_view text) {
  if (text == "true" || text == "yes" || text == "on") {
    out = true;
  } else if (text == "false" || text == "no" || text == "off") {
    out = false;
  } else {
    return "is neither true nor false";
  }
  return {};
}

Complaint set_duration(milliseconds& out, std::string_view text, milliseconds least, milliseconds most) {
  const std::optional<milliseconds> duration = parse_duration(text);
  if (!duration) return "is no duration: write a whole number and its unit (ms, s, m, h), such as 15s";
  if (*duration < least || *duration > most) {
    return fmt::format("is not between {} and {}", duration_text(least), duration_text(most));
  }
  out = *duration;
  return {};
}

Complaint set_name(std::string& out, std::string_view text) {
  constexpr std::size_t kMaxName =
      200; // leaves room in a topic (249) and a file name (255) for what is derived from it
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  if (text.empty()) return "is empty";
  if (text.size() > kMaxName) return fmt::format("is longer than {} characters", kMaxName);
  if (!std::all_of(text.begin(), text.end(), allowed)) return "may hold letters, digits, '.', '_' and '-' only";
  if (text == "." || text == "..") return "is the name of a folder";
  out = text;
  return {};
}

} // namespace rowferry
