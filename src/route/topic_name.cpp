#include "route/topic_name.hpp"

#include <array>

namespace rowferry {
namespace {

constexpr std::array<bool, 256> make_allowed() {
  std::array<bool, 256> allowed{};
  for (unsigned c = 'a'; c <= 'z'; ++c) allowed[c] = true;
  for (unsigned c = 'A'; c <= 'Z'; ++c) allowed[c] = true;
  for (unsigned c = '0'; c <= '9'; ++c) allowed[c] = true;
  allowed['.'] = allowed['_'] = allowed['-'] = true;
  return allowed;
}
constexpr std::array<bool, 256> kAllowed = make_allowed();

} // namespace

LegalTopic make_topic_legal(char* text, std::size_t size) noexcept {
  std::size_t clean = 0;
  while (clean < size && kAllowed[static_cast<unsigned char>(text[clean])]) ++clean;
  LegalTopic legal{clean, clean != size};
  bool in_character = false; // behind the first byte of a character that was replaced
  for (std::size_t i = clean; i < size; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (in_character && (byte & 0xc0) == 0x80) continue;
    in_character = byte >= 0xc0;
    text[legal.size++] = kAllowed[byte] ? text[i] : '_';
  }
  return legal;
}

std::string_view topic_problem(std::string_view name) noexcept {
  if (name.empty()) return "is empty";
  if (name == ".") return "is \".\", which Kafka refuses";
  if (name == "..") return "is \"..\", which Kafka refuses";
  if (name.size() > kMaxTopicBytes) return "is longer than the 249 bytes that Kafka allows";
  return {};
}

} // namespace rowferry
