# SPDX-License-Identifier: MIT
# Files inside the program. This file is the module and, run with cmake -P, the script that writes the source.
#
#   confab_embed(TARGET NAMESPACE confab::pages BASE folder FILES file…)
#
# gives TARGET the header "pages/embedded_files.hpp" (named after the last part of the namespace):
#
#   namespace confab::pages {
#   struct EmbeddedFile { std::string_view path, content_type, body; };
#   const EmbeddedFile* find(std::string_view path);   // null: there is none of this path
#   std::span<const EmbeddedFile> all();
#   }
#
# A path is the file's path below BASE with a leading slash, such as "/chat.html". The source is written when the
# target is built, and again when one of the files has changed.

if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(CONFAB_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

  function(confab_embed target)
    cmake_parse_arguments(EMBED "" "NAMESPACE;BASE" "FILES" ${ARGN})
    if(NOT EMBED_NAMESPACE OR NOT EMBED_BASE OR NOT EMBED_FILES OR EMBED_UNPARSED_ARGUMENTS)
      message(FATAL_ERROR "confab_embed(target NAMESPACE name BASE folder FILES file…)")
    endif()
    string(REGEX REPLACE ".*::" "" folder ${EMBED_NAMESPACE})
    set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded/${folder})
    list(TRANSFORM EMBED_FILES PREPEND ${EMBED_BASE}/ OUTPUT_VARIABLE paths)
    # Semicolons would be taken apart on the way; no file is named with a bar.
    list(JOIN EMBED_FILES "|" files)
    add_custom_command(
      OUTPUT ${out}/embedded_files.hpp ${out}/embedded_files.cpp
      COMMAND ${CMAKE_COMMAND} "-DNAMESPACE=${EMBED_NAMESPACE}" "-DFOLDER=${folder}" "-DBASE=${EMBED_BASE}"
              "-DFILES=${files}" "-DOUT=${out}" -P ${CONFAB_EMBED_SCRIPT}
      DEPENDS ${paths} ${CONFAB_EMBED_SCRIPT}
      COMMENT "Embedding the files of ${EMBED_NAMESPACE}"
      VERBATIM)
    target_sources(${target} PRIVATE ${out}/embedded_files.cpp ${out}/embedded_files.hpp)
    set_source_files_properties(${out}/embedded_files.cpp PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
    target_include_directories(${target} PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/embedded)
  endfunction()
  return()
endif()

set(TYPE_html "text/html; charset=utf-8")
set(TYPE_css "text/css; charset=utf-8")
set(TYPE_js "text/javascript; charset=utf-8")
set(TYPE_json "application/json")
set(TYPE_txt "text/plain; charset=utf-8")
set(TYPE_svg "image/svg+xml")
set(TYPE_png "image/png")
set(TYPE_ico "image/x-icon")

set(arrays "")
set(entries "")
set(number 0)
string(REPLACE "|" ";" FILES "${FILES}")
foreach(file IN LISTS FILES)
  string(REGEX REPLACE ".*\\." "" extension ${file})
  if(NOT DEFINED TYPE_${extension})
    message(FATAL_ERROR "${file}: cmake/EmbedFiles.cmake knows no content type for .${extension}")
  endif()
  file(READ ${BASE}/${file} hex HEX)
  # An array of characters: the length of string literals is limited, that of initialisers isn't.
  string(REGEX REPLACE "(................................................)" "\\1\n" hex "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
  # The closing zero keeps an empty file legal; it is not part of the body.
  string(APPEND arrays "constexpr char kFile${number}[] = {\n${bytes}0};\n")
  string(APPEND entries
         "    {\"/${file}\", \"${TYPE_${extension}}\", {kFile${number}, sizeof kFile${number} - 1}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUT}/embedded_files.hpp.new "// SPDX-License-Identifier: MIT
// Written by cmake/EmbedFiles.cmake.
#pragma once
#include <span>
#include <string_view>

namespace ${NAMESPACE} {

/// A file that is part of the program.
struct EmbeddedFile {
  std::string_view path;          ///< with a leading slash, such as \"/chat.html\"
  std::string_view content_type;  ///< such as \"text/html; charset=utf-8\"
  std::string_view body;
};

/// Null where there is none of this path.
const EmbeddedFile* find(std::string_view path);

std::span<const EmbeddedFile> all();

}  // namespace ${NAMESPACE}
")
file(WRITE ${OUT}/embedded_files.cpp "// SPDX-License-Identifier: MIT
// Written by cmake/EmbedFiles.cmake.
#include \"${FOLDER}/embedded_files.hpp\"

namespace ${NAMESPACE} {
namespace {

${arrays}
constexpr EmbeddedFile kFiles[] = {
${entries}};

}  // namespace

const EmbeddedFile* find(std::string_view path) {
  for (const EmbeddedFile& file : kFiles) {
    if (file.path == path) return &file;
  }
  return nullptr;
}

std::span<const EmbeddedFile> all() {
  return kFiles;
}

}  // namespace ${NAMESPACE}
")
# The header's time stays where it says the same, so its includers aren't built again.
file(COPY_FILE ${OUT}/embedded_files.hpp.new ${OUT}/embedded_files.hpp ONLY_IF_DIFFERENT)
file(REMOVE ${OUT}/embedded_files.hpp.new)
