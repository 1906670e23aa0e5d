package dev.kubbo.interop.dubbo2;

import java.util.LinkedHashMap;
import java.util.Map;

/** What the methods of Types are called with, by name. */
final class TypeSamples {
    private TypeSamples() {}

    static Map<String, Object[]> all() {
        Map<String, Object[]> all = new LinkedHashMap<>();
        all.put("booleans", new Object[] {true, false});
        all.put("boxedBooleans", new Object[] {true, null});
        all.put("bytesOne", new Object[] {(byte) -128, (byte) 127});
        all.put("boxedBytes", new Object[] {(byte) 7, null});
        all.put("shorts", new Object[] {(short) -32768, (short) 32767});
        all.put("boxedShorts", new Object[] {(short) 300, null});
        all.put("ints", new Object[] {0, -17, 2048, 300000, Integer.MIN_VALUE, Integer.MAX_VALUE});
        all.put("boxedInts", new Object[] {47, null});
        all.put("longs", new Object[] {0L, 16L, -2049L, 262144L, 1L << 40, Long.MIN_VALUE, Long.MAX_VALUE});
        all.put("boxedLongs", new Object[] {1L, null});
        all.put("floats", new Object[] {1.5f, -0.25f});
        all.put("boxedFloats", new Object[] {2.5f, null});
        all.put("doubles", new Object[] {0.0, 1.0, 127.0, -12.25, 0.1, Double.MAX_VALUE, Double.NaN, Double.NEGATIVE_INFINITY});
        all.put("boxedDoubles", new Object[] {3.0, null});
        all.put("chars", new Object[] {'a', '\u4e2d'});
        all.put("boxedChars", new Object[] {'z', null});
        all.put("strings", new Object[] {"", "gr\u00fc\u00df \u4f60 \ud83d\ude00", null, "x".repeat(70000)});
        all.put("bigDecimals", new Object[] {new java.math.BigDecimal("12345678901234567890.1200"), null});
        all.put("bigIntegers", new Object[] {new java.math.BigInteger("-123456789012345678901234567890"), null});
        all.put("dates", new Object[] {new java.util.Date(1700000000123L), new java.util.Date(60000L), null});
        all.put("localDates", new Object[] {java.time.LocalDate.of(2024, 2, 29)});
        all.put("localTimes", new Object[] {java.time.LocalTime.of(13, 14, 15, 500000000)});
        all.put("localDateTimes", new Object[] {java.time.LocalDateTime.of(2024, 2, 29, 13, 14, 15)});
        all.put("instants", new Object[] {java.time.Instant.ofEpochSecond(1700000000L, 5)});
        all.put("durations", new Object[] {java.time.Duration.ofMillis(90500)});
        all.put("periods", new Object[] {java.time.Period.of(1, 2, 3)});
        all.put("zonedDateTimes", new Object[] {java.time.ZonedDateTime.of(2024, 2, 29, 13, 14, 15, 0, java.time.ZoneId.of("Asia/Shanghai"))});
        all.put("offsetDateTimes", new Object[] {java.time.OffsetDateTime.of(2024, 2, 29, 13, 14, 15, 0, java.time.ZoneOffset.ofHours(1))});
        all.put("offsetTimes", new Object[] {java.time.OffsetTime.of(13, 14, 15, 0, java.time.ZoneOffset.ofHours(1))});
        all.put("years", new Object[] {java.time.Year.of(2024)});
        all.put("yearMonths", new Object[] {java.time.YearMonth.of(2024, 2)});
        all.put("monthDays", new Object[] {java.time.MonthDay.of(2, 29)});
        all.put("zoneOffsets", new Object[] {java.time.ZoneOffset.ofHours(1)});
        all.put("sqlTimestamps", new Object[] {new java.sql.Timestamp(1700000000123L)});
        all.put("sqlDates", new Object[] {new java.sql.Date(1700000000000L)});
        all.put("sqlTimes", new Object[] {new java.sql.Time(3600000L)});
        all.put("uuids", new Object[] {java.util.UUID.fromString("123e4567-e89b-12d3-a456-426614174000")});
        all.put("locales", new Object[] {java.util.Locale.SIMPLIFIED_CHINESE});
        all.put("currencies", new Object[] {java.util.Currency.getInstance("EUR")});
        all.put("atomicInts", new Object[] {new java.util.concurrent.atomic.AtomicInteger(5)});
        all.put("atomicLongs", new Object[] {new java.util.concurrent.atomic.AtomicLong(5L)});
        all.put("atomicBooleans", new Object[] {new java.util.concurrent.atomic.AtomicBoolean(true)});
        all.put("enums", new Object[] {Color.RED, Color.BLUE, null});
        all.put("byteArrays", new Object[] {new byte[] {1, 0, -1}, new byte[0], Samples.bytes(70000), null});
        all.put("booleanArrays", new Object[] {new boolean[] {true, false}});
        all.put("shortArrays", new Object[] {new short[] {1, -1}});
        all.put("intArrays", new Object[] {new int[] {1, -1, Integer.MAX_VALUE}, new int[0]});
        all.put("longArrays", new Object[] {new long[] {1L, Long.MIN_VALUE}});
        all.put("floatArrays", new Object[] {new float[] {1.5f, -2f}});
        all.put("doubleArrays", new Object[] {new double[] {1.5, 0.1}});
        all.put("charArrays", new Object[] {new char[] {'a', 'b'}});
        all.put("stringArrays", new Object[] {new String[] {"a", null, "c"}});
        all.put("enumArrays", new Object[] {new Color[] {Color.RED, Color.BLUE}});
        all.put("itemArrays", new Object[] {new Item[] {Samples.item("a"), Samples.item("b")}});
        all.put("intMatrices", new Object[] {new int[][] {{1, 2}, {}}});
        all.put("intLists", new Object[] {Samples.list(1, 2, 300000), Samples.list()});
        all.put("longLists", new Object[] {Samples.list(1L, Long.MAX_VALUE)});
        all.put("stringLists", new Object[] {Samples.list("a", null)});
        all.put("itemLists", new Object[] {Samples.list(Samples.item("a"), null)});
        all.put("enumLists", new Object[] {Samples.list(Color.RED, Color.RED)});
        all.put("dateLists", new Object[] {Samples.list(new java.util.Date(5))});
        all.put("nestedLists", new Object[] {Samples.list(Samples.list(1), Samples.list())});
        all.put("collections", new Object[] {Samples.list("a")});
        all.put("linkedLists", new Object[] {new java.util.LinkedList<String>(Samples.list("a", "b"))});
        all.put("stringSets", new Object[] {new java.util.HashSet<String>(Samples.list("a", "b"))});
        all.put("treeSets", new Object[] {new java.util.TreeSet<String>(Samples.list("b", "a"))});
        all.put("intMaps", new Object[] {Samples.map("a", 1, "b", 2), Samples.map()});
        all.put("longKeyMaps", new Object[] {Samples.map(5L, "a")});
        all.put("itemMaps", new Object[] {Samples.map("a", Samples.item("a"))});
        all.put("listMaps", new Object[] {Samples.map("a", Samples.list(Samples.item("a")))});
        all.put("linkedMaps", new Object[] {new java.util.LinkedHashMap<String, String>(Samples.map("a", "b"))});
        all.put("treeMaps", new Object[] {new java.util.TreeMap<String, Integer>(Samples.map("a", 1))});
        all.put("objects", new Object[] {"a", 5, 5L, 1.5, true, Samples.list("a", 1), null});
        all.put("items", new Object[] {Samples.item("a"), new Item(), null});
        all.put("subItems", new Object[] {Samples.gift()});
        all.put("pages", new Object[] {Samples.page()});
        all.put("nodes", new Object[] {Samples.node()});
        all.put("futures", new Object[] {"later"});
        return all;
    }
}
