#include "config/references.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <rowferry/base/secret.hpp>
#include <rowferry/config/config.hpp>

namespace rowferry {
namespace {

constexpr std::string_view kFilePrefix = "file:";
constexpr std::size_t kMaxFileBytes = 1u << 20;

/// A regular file only: a pipe or a device could make the start hang.
Result<std::string> read_referenced_file(const std::string& path) {
  const auto unreadable = [&](std::string_view why) {
    return fail(Error::usage(fmt::format("${{file:{}}}: cannot read it: {}", path, why)));
  };
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) return unreadable(std::strerror(errno));
  struct stat status {};
  std::string text;
  std::string_view why;
  if (::fstat(fd, &status) != 0) {
    why = std::strerror(errno);
  } else if (!S_ISREG(status.st_mode)) {
    why = "it is no regular file";
  } else {
    text.resize(kMaxFileBytes + 1);
    std::size_t size = 0;
    ssize_t got = 0;
    while (size < text.size() && (got = ::read(fd, text.data() + size, text.size() - size)) > 0) {
      size += static_cast<std::size_t>(got);
    }
    if (got < 0) why = std::strerror(errno);
    if (size > kMaxFileBytes) why = "it is larger than 1 MiB";
    text.resize(size);
  }
  ::close(fd);
  if (!why.empty()) return unreadable(why);
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

Result<std::string> resolve(std::string_view reference) {
  if (reference.starts_with(kFilePrefix))
    return read_referenced_file(std::string(reference.substr(kFilePrefix.size())));
  // What is no name may be part of a password that holds "${": it is not repeated.
  if (!is_variable_name(reference)) {
    return fail(Error::usage("holds a ${…} that names neither a variable nor file:/path; a literal ${ is written $${"));
  }
  const std::string name(reference);
  const char* value = std::getenv(name.c_str());
  if (value == nullptr)
    return fail(Error::usage(fmt::format("${{{0}}}: the environment variable {0} is not set", name)));
  return std::string(value);
}

} // namespace

bool is_variable_name(std::string_view text) noexcept {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  if (text.empty() || !letter(text.front())) return false;
  for (const char c : text) {
    if (!letter(c) && !(c >= '0' && c <= '9')) return false;
  }
  return true;
}

bool only_references(std::string_view text) noexcept {
  if (text.empty()) return false;
  while (!text.empty()) {
    if (!text.starts_with("${")) return false;
    const std::size_t end = text.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view reference = text.substr(2, end - 2);
    if (!reference.starts_with(kFilePrefix) && !is_variable_name(reference)) return false;
    text.remove_prefix(end + 1);
  }
  return true;
}

Result<std::string> expand_references(std::string_view text) {
  std::string expanded;
  while (true) {
    const std::size_t at = text.find("${");
    if (at == std::string_view::npos) return expanded.append(text);
    if (at > 0 && text[at - 1] == '$') {
      expanded.append(text.substr(0, at - 1)).append("${");
      text.remove_prefix(at + 2);
      continue;
    }
    const std::size_t end = text.find('}', at);
    if (end == std::string_view::npos) {
      return fail(Error::usage("holds a ${ without its }; a literal ${ is written $${"));
    }
    Result<std::string> value = resolve(text.substr(at + 2, end - at - 2));
    if (!value) return fail(std::move(value.error()));
    expanded.append(text.substr(0, at)).append(*value);
    text.remove_prefix(end + 1);
  }
}

Result<Secret> SecretText::expand() const {
  Result<std::string> text = expand_references(raw);
  if (!text) return fail(std::move(text.error()));
  Secret secret(*text);
  ::explicit_bzero(text->data(), text->size());
  return secret;
}

} // namespace rowferry
