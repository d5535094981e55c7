#include "check.h"

int main()
{
    return preble::testing::run_all();
}
