// Each test has the machine's cores for itself: several servers at once would only measure each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
