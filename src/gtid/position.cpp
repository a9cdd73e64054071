#include <rowferry/gtid/position.hpp>

namespace rowferry {
namespace {

/// The digits behind the last dot without leading zeros; empty when there is no such number.
std::string_view sequence_digits(std::string_view file) noexcept {
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string_view digits = file.substr(dot + 1);
  if (digits.find_first_not_of("0123456789") != std::string_view::npos) return {};
  while (!digits.empty() && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

} // namespace

std::strong_ordering compare_binlog_files(std::string_view a, std::string_view b) noexcept {
  const std::string_view number_a = sequence_digits(a);
  const std::string_view number_b = sequence_digits(b);
  if (const auto order = number_a.size() <=> number_b.size(); order != 0) return order;
  if (const auto order = number_a <=> number_b; order != 0) return order;
  return a <=> b;
}

std::strong_ordering compare(const FileOffset& a, const FileOffset& b) noexcept {
  const auto order = compare_binlog_files(a.file, b.file);
  return order != 0 ? order : a.offset <=> b.offset;
}

} // namespace rowferry
