package dev.kubbo.interop.dubbo2;

import java.io.Serializable;
import java.util.List;

public class Page<T> implements Serializable {
    public long total;
    public List<T> items;
    public String next;
}
