"""What the demonstration on the command line says."""

from csisem.display.wording import Wording

WORDS = {
    "demo.data": Wording(
        "A real survey: 250 customers of mobile-phone providers answered 24 questions on a scale of 1-10 (European "
        "Customer Satisfaction Index; Tenenhaus, Esposito Vinzi, Chatelin & Lauro 2005). The package contains the "
        "means and covariances of those answers, which is all that maximum likelihood needs.",
        "真实调查：250 位移动电话用户按 1-10 分量表回答了 24 个题项（欧洲顾客满意度指数 ECSI；Tenenhaus、"
        "Esposito Vinzi、Chatelin 与 Lauro 2005）。软件包内含这些答案的均值与协方差，极大似然估计只需要这些。",
    ),
    "demo.small": Wording("1. Four constructs: a model that can be used", "1. 四个结构变量：可以使用的模型"),
    "demo.full": Wording(
        "2. The full model of Fornell's family, seven constructs: a model that must not be read",
        "2. 费耐尔模型族的完整模型，七个结构变量：不可解读的模型",
    ),
    "demo.advice": Wording(
        "What to do: merge Expectation with Quality and drop Image -> Loyalty (the verdict is then admissible), or "
        "estimate the model by PLS, which comes next.",
        "改进办法：将 Expectation 与 Quality 合并，并删去 Image -> Loyalty（结论即为可接受解）；或改用 PLS 估计，"
        "见下文。",
    ),
    "demo.composite": Wording(
        "3. The same model by PLS, as satisfaction programmes estimate it",
        "3. 以 PLS 估计同一模型，满意度测评项目通常采用此法",
    ),
    "demo.next": Wording("What to try next", "接下来可以试试"),
    "demo.saved": Wording(
        "Wrote {answers} (synthetic: no customer was asked) and {model}. Now try",
        "已写入 {answers}（模拟数据，没有访问任何顾客）和 {model}。接下来可以试试",
    ),
}
