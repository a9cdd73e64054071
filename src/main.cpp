#include <rowferry/app/app.hpp>

int main(int argc, char** argv) { return rowferry::run_app(argc, argv); }
