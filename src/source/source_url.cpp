#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <rowferry/source/settings.hpp>

namespace rowferry {
namespace {

// What is wrong, never with the text before the '@': it may hold a password.
tl::unexpected<Error> bad_url(std::string_view what) {
  return fail(
      Error::usage(fmt::format("source.url: {}; write it as mysql://user@host:3306, mysql://user@h1:3306,h2:3306 or "
                               "mysql://user@/?socket=/path/to/mysqld.sock",
                               what)));
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded.push_back(text[i]);
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[i + 1]);
    const int low = hex_digit(text[i + 2]);
    if (high < 0 || low < 0 || (high == 0 && low == 0)) return std::nullopt;
    decoded.push_back(static_cast<char>(high * 16 + low));
    i += 2;
  }
  return decoded;
}

Result<Endpoint> parse_endpoint(std::string_view text) {
  Endpoint endpoint;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return bad_url(fmt::format("'{}' lacks the closing bracket", text));
    endpoint.host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!port.empty() && !port.starts_with(':')) return bad_url(fmt::format("'{}' is no host and port", text));
  } else {
    const std::size_t colon = text.find(':');
    endpoint.host = text.substr(0, colon);
    port = colon == std::string_view::npos ? "" : text.substr(colon);
    if (port.find(':', 1) != std::string_view::npos) {
      return bad_url(fmt::format("'{}' holds more than one colon (an IPv6 address stands in brackets)", text));
    }
  }
  if (endpoint.host.empty()) return bad_url("a host is missing");
  if (port.empty()) return endpoint;
  port.remove_prefix(1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (error != std::errc{} || end != port.data() + port.size() || number == 0 || number > 65535) {
    return bad_url(fmt::format("'{}' is no port (1 to 65535)", port));
  }
  endpoint.port = static_cast<std::uint16_t>(number);
  return endpoint;
}

// "socket=/path".
Result<Endpoint> parse_socket(std::string_view query) {
  constexpr std::string_view kSocket = "socket=";
  if (!query.starts_with(kSocket) || query.find('&') != std::string_view::npos) {
    return bad_url(
        fmt::format("'?{}' is unknown: the one parameter is socket (TLS is source.tls, time-outs are "
                    "source.connect_timeout and source.heartbeat)",
                    query.substr(0, query.find('='))));
  }
  const auto path = percent_decoded(query.substr(kSocket.size()));
  if (!path || path->empty()) return bad_url("the socket's path is empty or badly escaped");
  Endpoint endpoint;
  endpoint.socket = *path;
  return endpoint;
}

} // namespace

Result<SourceUrl> parse_source_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos) return bad_url("it does not begin with mysql://");
  const std::string_view scheme = url.substr(0, scheme_end);
  if (scheme != "mysql" && scheme != "mariadb") return bad_url(fmt::format("the scheme '{}' is unknown", scheme));
  std::string_view rest = url.substr(scheme_end + 3);

  const std::size_t at = rest.rfind('@');
  if (at == std::string_view::npos || at == 0) return bad_url("the user is missing");
  const std::string_view user = rest.substr(0, at);
  if (user.find(':') != std::string_view::npos) {
    return fail(
        Error::usage("source.url: it holds a password, which would show in logs and process lists; "
                     "put it into source.password, for example as ${MYSQL_PASSWORD}"));
  }
  const auto decoded_user = percent_decoded(user);
  if (!decoded_user) return bad_url("a percent-escape in the user is broken");
  SourceUrl parsed;
  parsed.user = *decoded_user;
  rest.remove_prefix(at + 1);

  const std::size_t question = rest.find('?');
  std::string_view hosts = rest.substr(0, question);
  if (const std::size_t slash = hosts.find('/'); slash != std::string_view::npos) {
    if (slash + 1 != hosts.size()) return bad_url("it names a database (a binary log holds all; choose with tables)");
    hosts.remove_suffix(1);
  }
  if (question != std::string_view::npos) {
    if (!hosts.empty() && hosts != "localhost") return bad_url("it names both a host and a parameter");
    auto endpoint = parse_socket(rest.substr(question + 1));
    if (!endpoint) return fail(std::move(endpoint.error()));
    parsed.endpoints.push_back(std::move(*endpoint));
    return parsed;
  }
  while (true) {
    const std::size_t comma = hosts.find(',');
    auto endpoint = parse_endpoint(hosts.substr(0, comma));
    if (!endpoint) return fail(std::move(endpoint.error()));
    parsed.endpoints.push_back(std::move(*endpoint));
    if (comma == std::string_view::npos) return parsed;
    hosts.remove_prefix(comma + 1);
  }
}

} // namespace rowferry
