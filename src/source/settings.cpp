#include <rowferry/source/settings.hpp>

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace rowferry {
namespace {

using Digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

Digest digest_of(std::string_view purpose, std::string_view name) noexcept {
  std::string text = "rowferry ";
  text.append(purpose).append(1, '\0').append(name);
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return digest;
}

} // namespace

std::string Endpoint::text() const {
  if (!socket.empty()) return "socket " + socket;
  const bool bracketed = host.find(':') != std::string::npos; // IPv6
  return bracketed ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

std::chrono::seconds SourceSettings::silence_limit() const noexcept {
  return std::max(std::chrono::ceil<std::chrono::seconds>(3 * heartbeat), std::chrono::seconds{2});
}

std::uint32_t derive_server_id(std::string_view name) noexcept {
  const Digest digest = digest_of("server id", name);
  const auto byte = [&](std::size_t i, unsigned shift) { return static_cast<std::uint32_t>(digest[i]) << shift; };
  return 0x80000000u | byte(0, 24) | byte(1, 16) | byte(2, 8) | byte(3, 0);
}

Uuid derive_replica_uuid(std::string_view name) noexcept {
  const Digest digest = digest_of("replica uuid", name);
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.bytes.size(), uuid.bytes.begin());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0f) | 0x80); // version 8: vendor specific
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3f) | 0x80); // variant of RFC 9562
  return uuid;
}

} // namespace rowferry
