# rowferry_module(<name> DEPENDS <module>... PUBLIC <lib>... PRIVATE <lib>...)
#
# One static library of src/<name>/*.cpp with the headers of include/rowferry/<name>/, and one test program of
# tests/<name>/*_test.cpp that links this module only. With ROWFERRY_CHECK_HEADERS also one generated translation unit a
# public header, which proves that the header stands alone.

# What is tested is optimised; its tests need not be, and most of the time of a build goes there.
set(rowferry_unoptimised -O0 $<$<CONFIG:RelWithDebInfo>:-g0>)

# rowferry_precompile(<target> LIBRARIES <lib>... HEADERS <header>...): headers parsed once for the targets that reuse
# them. A file still includes what it uses: -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON shows that.
function(rowferry_precompile target)
  cmake_parse_arguments(ARG "" "" "LIBRARIES;HEADERS" ${ARGN})
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/${target}.cpp CONTENT "// Carries a precompiled header.\n")
  add_library(${target} OBJECT ${CMAKE_BINARY_DIR}/${target}.cpp)
  target_link_libraries(${target} PRIVATE rowferry_warnings ${ARG_LIBRARIES})
  target_precompile_headers(${target} PRIVATE ${ARG_HEADERS})
endfunction()

set(common_headers <algorithm> <array> <chrono> <functional> <map> <memory> <optional> <span> <string> <string_view>
                   <variant> <vector> <fmt/format.h> <tl/expected.hpp>)
rowferry_precompile(rowferry_headers LIBRARIES fmt::fmt tl::expected HEADERS ${common_headers})
rowferry_precompile(rowferry_test_headers LIBRARIES fmt::fmt tl::expected GTest::gmock
                    HEADERS ${common_headers} <gmock/gmock.h> <gtest/gtest.h>)
target_compile_options(rowferry_test_headers PRIVATE ${rowferry_unoptimised})

function(rowferry_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PUBLIC;PRIVATE" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${name}/*.cpp)
  file(GLOB headers CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/include/rowferry/${name}/*.hpp)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${name}/*_test.cpp)

  add_library(rowferry_${name} STATIC ${sources})
  target_include_directories(rowferry_${name} PUBLIC ${CMAKE_SOURCE_DIR}/include PRIVATE ${CMAKE_SOURCE_DIR}/src)
  list(TRANSFORM ARG_DEPENDS PREPEND rowferry_)
  target_precompile_headers(rowferry_${name} REUSE_FROM rowferry_headers)
  target_link_libraries(rowferry_${name} PUBLIC ${ARG_DEPENDS} ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} rowferry_warnings)

  if(ROWFERRY_CHECK_HEADERS)
    set(alone "")
    foreach(header ${headers})
      get_filename_component(stem ${header} NAME_WE)
      set(unit ${CMAKE_BINARY_DIR}/standalone/${name}_${stem}.cpp)
      file(CONFIGURE OUTPUT ${unit} CONTENT "#include <rowferry/${name}/${stem}.hpp> // IWYU pragma: keep\n")
      list(APPEND alone ${unit})
    endforeach()
    add_library(headers_${name} OBJECT ${alone})
    target_link_libraries(headers_${name} PRIVATE rowferry_${name} rowferry_warnings)
    target_compile_options(headers_${name} PRIVATE ${rowferry_unoptimised})
  endif()

  if(tests)
    add_executable(test_${name} ${tests})
    target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR}/src)
    target_compile_options(test_${name} PRIVATE ${rowferry_unoptimised})
    target_precompile_headers(test_${name} REUSE_FROM rowferry_test_headers)
    target_compile_definitions(test_${name} PRIVATE ROWFERRY_TESTDATA="testdata")
    target_link_libraries(test_${name} PRIVATE rowferry_${name} ${ARG_PRIVATE} rowferry_warnings GTest::gmock GTest::gtest_main)
    # Relative to the checkout, so that the compiler cache serves every clone.
    add_test(NAME unit_${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
    set_tests_properties(unit_${name} PROPERTIES LABELS unit)
  endif()
endfunction()
