using NetMonitor.Flows;

namespace NetMonitor.Tests.Flows;

public sealed class SparseTests
{
    [Fact]
    public void Agrees_with_a_dictionary_over_random_values_and_removals()
    {
        const int Flows = 20_000;
        var random = new Random(3);
        var sparse = new Sparse<(long, int)>(new NativeArena());
        var model = new Dictionary<int, (long, int)>();
        for (int i = 0; i < 100_000; i++)
        {
            int flow = random.Next(Flows);
            Assert.Equal(model.ContainsKey(flow), sparse.Has(flow));
            Assert.Equal(model.GetValueOrDefault(flow), sparse.ValueOf(flow));
            if (random.Next(3) == 0)
            {
                sparse.Remove(flow);
                model.Remove(flow);
            }
            else if (!model.ContainsKey(flow))
            {
                Assert.Equal(default, sparse[flow]); // whatever its place held before
                sparse[flow] = model[flow] = (random.NextInt64(), i);
            }
        }

        Assert.All(model, pair => Assert.Equal(pair.Value, sparse[pair.Key]));
    }

    [Fact]
    public void Places_of_values_that_are_gone_serve_again()
    {
        var sparse = new Sparse<long>(new NativeArena());
        sparse[5] = 7;
        ref long first = ref sparse[5];
        sparse.Remove(5);
        Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref first, ref sparse[70_000]));
    }

    [Fact]
    public void Asking_makes_nothing()
    {
        var sparse = new Sparse<long>(new NativeArena());
        Assert.Equal(0, sparse.ValueOf(int.MaxValue));
        sparse.Remove(int.MaxValue);
        Assert.False(sparse.Has(int.MaxValue));
    }
}
