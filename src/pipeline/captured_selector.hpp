// What is captured: the rules say, and the server is asked about statement-based changes.
#pragma once

#include <rowferry/change/change_reader.hpp>
#include <rowferry/route/router.hpp>
#include <rowferry/source/connection.hpp>
#include <rowferry/source/settings.hpp>
#include <string>
#include <string_view>

namespace rowferry {

/// Reader thread. unrelated() opens a connection of its own to the endpoint in use, for the length of one question.
class CapturedSelector final : public TableSelector {
 public:
  CapturedSelector(const Router& router, const SourceSettings& settings) : router_(router), settings_(settings) {}
  void set_endpoint(std::string endpoint) { endpoint_ = std::move(endpoint); }

  [[nodiscard]] bool wanted(std::string_view database, std::string_view table) const override {
    return router_.wanted(database, table);
  }
  [[nodiscard]] bool unrelated(std::string_view database, std::string_view table) const override;

 private:
  const Router& router_;
  const SourceSettings& settings_;
  std::string endpoint_;
};

} // namespace rowferry
