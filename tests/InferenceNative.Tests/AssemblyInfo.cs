// The tests share two loaded models and one native thread pool: side by side they would only take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
