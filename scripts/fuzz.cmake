# Every file in tests/fuzz is one libFuzzer program of the same name.
file(GLOB fuzz_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/fuzz/*.cpp)
foreach(source IN LISTS fuzz_sources)
  cmake_path(GET source STEM name)
  add_executable(${name} ${source})
  target_compile_options(${name} PRIVATE ${no_exceptions})
  target_link_libraries(${name} PRIVATE waybill_core)
  target_link_options(${name} PRIVATE -fsanitize=fuzzer)
endforeach()
