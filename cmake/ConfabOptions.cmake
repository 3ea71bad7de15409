# SPDX-License-Identifier: MIT
# How every target of this tree is compiled, in one place.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CONFAB_CCACHE ccache)
if(CONFAB_CCACHE)
  # Precompiled headers and ccache agree only with these (ccache manual, "Precompiled headers").
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CONFAB_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${CMAKE_CXX_COMPILER_LAUNCHER})
endif()

add_library(confab_options INTERFACE)
target_compile_options(confab_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
                       $<$<CXX_COMPILER_ID:Clang>:-Xclang;-fno-pch-timestamp>)
if(CONFAB_WERROR)
  target_compile_options(confab_options INTERFACE -Werror)
endif()
target_compile_definitions(confab_options INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
# Third-party headers are not ours to warn about.
target_include_directories(confab_options SYSTEM INTERFACE ${Boost_INCLUDE_DIRS})
target_include_directories(confab_options INTERFACE ${CMAKE_SOURCE_DIR}/include ${CMAKE_SOURCE_DIR}/src)

if(CONFAB_SANITIZE)
  add_compile_options(-fsanitize=${CONFAB_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${CONFAB_SANITIZE})
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
endif()
if(CONFAB_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  find_program(CONFAB_LLD NAMES ld.lld-16 ld.lld)
  if(CONFAB_LLD)
    # By path: -fuse-ld=lld would take whichever version is first on it, and LTO wants the compiler's own.
    add_link_options(--ld-path=${CONFAB_LLD})
  endif()
endif()
if(CONFAB_LTO)
  add_compile_options(-flto=thin)
  add_link_options(-flto=thin)
endif()

# confab_layer(NAME SOURCES … LINK …): one static library a layer.
function(confab_layer name)
  cmake_parse_arguments(LAYER "" "PCH" "SOURCES;LINK" ${ARGN})
  add_library(confab_${name} STATIC ${LAYER_SOURCES})
  target_link_libraries(confab_${name} PUBLIC confab_options ${LAYER_LINK})
  if(LAYER_PCH)
    target_precompile_headers(confab_${name} PRIVATE ${LAYER_PCH})
  endif()
endfunction()

# confab_test(NAME SOURCES … LINK …): one test program, each of its cases known to ctest.
function(confab_test name)
  cmake_parse_arguments(TEST "" "PCH" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${TEST_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE confab_options ${TEST_LINK} GTest::gtest GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 300)
endfunction()
