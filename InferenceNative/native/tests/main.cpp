#include "check.h"

int main(int count, char** arguments)
{
    return preble::testing::run_all({arguments + 1, arguments + count});
}
